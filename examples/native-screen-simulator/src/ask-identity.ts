import { type BridgeIdentity, type Stamp, uuidV7, type Welcome } from '@tidemark/protocol';
import type { Host } from '@tidemark/sdk-hybrid-bridge/native';

/** What an app tells a page that it cannot speak with. */
export type ToldIdentity = BridgeIdentity & { readonly at: Stamp };

/** Asks the host who the visitor is, as a page would: says `hello`, reads the `welcome`, and goes. */
export function askIdentity(host: Pick<Host, 'connect'>, nowMs: number): ToldIdentity | undefined {
  let told: ToldIdentity | undefined;
  const channel = host.connect({
    send(text) {
      const { visitorId, userId, sessionId, sessionStartedAt, at } = JSON.parse(text) as Welcome; // the only answer to a hello
      told = { visitorId, ...(userId === undefined ? {} : { userId }), sessionId, sessionStartedAt, at };
    },
  });
  const nobody = uuidV7(nowMs, crypto.getRandomValues(new Uint8Array(10)));
  channel.receive(
    JSON.stringify({
      tidemark: 1,
      type: 'hello',
      nonce: nobody,
      n: 1,
      at: [nowMs, 0],
      versions: [1],
      maxChars: 0,
      visitorId: nobody,
      sessionId: nobody,
      sessionStartedAt: nowMs,
      pageStartedAt: nowMs,
      sentAt: nowMs,
      userAgent: '',
    }),
  );
  channel.close();
  return told;
}

/** The address with that identity as its parameter `tidemark`. */
export function withIdentity(path: string, identity: ToldIdentity | undefined): string {
  if (!identity) return path;
  const mark = path.includes('?') ? '&' : '?';
  return `${path}${mark}tidemark=${encodeURIComponent(JSON.stringify(identity))}`;
}
