import { createHmac } from 'node:crypto';
import { lookup } from 'node:dns/promises';
import { type RequestOptions, request as requestPlain } from 'node:http';
import { request as requestSecure } from 'node:https';
import { within } from '../../observe/within.js';
import { judgeAddress } from './public-address.js';

export interface WebhookMessage {
  readonly url: string;
  readonly secret: string;
  /** The same whenever the same flags are sent again. */
  readonly deliveryId: string;
  readonly body: string;
}

export interface SendWebhookOptions {
  /** The operator lets it reach this machine, and without TLS: for tests and for receivers beside the collector. */
  readonly allowLoopback: boolean;
  readonly now: () => number;
  /** All addresses of a name; the machine's resolver unless told otherwise. */
  readonly resolve?: (host: string) => Promise<readonly { readonly address: string; readonly family: number }[]>;
  readonly timeoutMs?: number;
}

export type SendOutcome = { readonly kind: 'delivered' } | { readonly kind: 'failed'; readonly fault: string };

const TIMEOUT_MS = 10_000;

/** `t=SECONDS,v1=HEX`: HMAC-SHA-256 over the seconds, a dot and the body; who checks it refuses what is older than minutes. */
function signWebhook(secret: string, atSeconds: number, body: string): string {
  return `t=${atSeconds},v1=${createHmac('sha256', secret).update(`${atSeconds}.${body}`).digest('hex')}`;
}

/** Why an address cannot be one of a webhook; undefined when it can. What its name stands for is judged at every send. */
export function faultOfUrl(text: string, allowLoopback: boolean): string | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url) return 'is no address';
  if (url.protocol !== 'https:' && !(allowLoopback && url.protocol === 'http:')) return 'must begin with https://';
  if (url.username !== '' || url.password !== '') return 'must hold no name and password';
  return undefined;
}

/**
 * Posts one message. The name is resolved here, every address it has is judged, and the connection goes to the one that was
 * judged, whatever the name stands for a moment later. No redirect is followed; of the answer only the status is read.
 */
export async function sendWebhook(message: WebhookMessage, options: SendWebhookOptions): Promise<SendOutcome> {
  const fault = faultOfUrl(message.url, options.allowLoopback);
  if (fault !== undefined) return { kind: 'failed', fault: `the address ${fault}` };
  const url = new URL(message.url);
  const resolve = options.resolve ?? ((host: string) => lookup(host, { all: true }));
  const host = url.hostname.replace(/^\[(.*)\]$/, '$1');
  const { timeoutMs = TIMEOUT_MS } = options;
  // A resolver may keep a name for as long as it likes.
  const found = await within(
    timeoutMs,
    resolve(host).catch(() => []),
  );
  if (!found) return { kind: 'failed', fault: `no answer within ${timeoutMs} ms` };
  const isOpen = (address: string) => {
    const verdict = judgeAddress(address);
    return verdict === 'public' || (verdict === 'loopback' && options.allowLoopback);
  };
  const [pinned] = found;
  if (!pinned) return { kind: 'failed', fault: 'the name has no address' };
  // One that is closed among open ones is a trick or a mistake.
  if (!found.every(({ address }) => isOpen(address))) {
    return { kind: 'failed', fault: 'the name leads to a private, local or reserved address' };
  }
  return post(url, pinned, message, options);
}

function post(
  url: URL,
  pinned: { readonly address: string; readonly family: number },
  { secret, deliveryId, body }: WebhookMessage,
  { now, timeoutMs = TIMEOUT_MS }: SendWebhookOptions,
): Promise<SendOutcome> {
  const settings: RequestOptions = {
    method: 'POST',
    agent: false, // a connection of its own: none is taken over that another judgement opened
    lookup: (_host, { all }, done) => (all ? done(null, [{ ...pinned }]) : done(null, pinned.address, pinned.family)),
    headers: {
      'Content-Type': 'application/json',
      'Content-Length': Buffer.byteLength(body),
      'User-Agent': 'Tidemark-Webhook',
      'Tidemark-Delivery': deliveryId,
      'Tidemark-Signature': signWebhook(secret, Math.floor(now() / 1_000), body),
    },
  };
  return new Promise((resolve) => {
    const end = (outcome: SendOutcome): void => {
      clearTimeout(timer);
      sent.destroy();
      resolve(outcome);
    };
    const sent = (url.protocol === 'https:' ? requestSecure : requestPlain)(url, settings);
    const timer = setTimeout(() => end({ kind: 'failed', fault: `no answer within ${timeoutMs} ms` }), timeoutMs);
    sent.on('response', ({ statusCode = 0 }) =>
      end(
        statusCode >= 200 && statusCode < 300
          ? { kind: 'delivered' }
          : { kind: 'failed', fault: `answered with ${statusCode}` },
      ),
    );
    sent.on('error', (error: NodeJS.ErrnoException) => end({ kind: 'failed', fault: error.code ?? 'no connection' }));
    sent.end(body);
  });
}
