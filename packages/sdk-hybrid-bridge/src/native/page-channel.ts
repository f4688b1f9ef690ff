import {
  type BatchMessage,
  BRIDGE_LIMITS,
  type BridgeIdentity,
  type BridgeMessage,
  type BridgeRefusal,
  type ConsentByPurpose,
  type ConsentMessage,
  createPartsBin,
  cutIntoPieces,
  type IdentityMessage,
  type PartsBin,
  readMessage,
  type Stamp,
  type ToHost,
  type ToPage,
  type ViewMessage,
} from '@tidemark/protocol';
import type { Greeting } from './adopt-events.js';
import type { Counters } from './counters.js';
import { createHeardNumbers, type HeardNumbers } from './heard-numbers.js';
import type { HostClock } from './host-clock.js';
import { hasFields, isOfOtherVersions, TO_HOST } from './read-fields.js';

/** How a page is reached. */
export interface PageLink {
  /** Gives a text to the page; may throw or reject, which is counted. */
  readonly send: (text: string) => unknown;
  /** Where the page is from, where the container says so once and not with each message. */
  readonly origin?: string;
}

/** What the app holds of one page. A page that goes to another address says `hello` again by itself. */
export interface PageChannel {
  /** The page said something. @param origin - as the container says; left out where it does not. */
  receive(text: unknown, origin?: string): void;
  /** The page is gone. */
  close(): void;
}

/** The channel as the host sees it. */
export interface Channel extends PageChannel {
  /** Says it, if there was a `hello`. */
  tell(message: Untold): void;
  /** What the page showed last. */
  view(): ViewMessage | undefined;
}

type Untold = ToPage extends infer M ? (M extends ToPage ? Omit<M, 'tidemark' | 'nonce' | 'n' | 'at'> : never) : never;

/** What a channel is given by its host. */
export interface ChannelHost {
  readonly clock: HostClock;
  readonly counters: Counters;
  readonly wallMs: () => number;
  readonly newNonce: () => string;
  readonly origins: readonly string[];
  readonly maxChars: number;
  /** What a welcome to this page tells now; it may begin a session, of which the other pages are told. */
  readonly welcome: (to: Channel) => {
    readonly identity: BridgeIdentity;
    readonly consent: ConsentByPurpose;
    readonly screen?: string;
  };
  readonly onBatch: (message: BatchMessage, greeting: Greeting, answer: (verdict: Untold) => void) => void;
  readonly onIdentity: (message: IdentityMessage, from: Channel) => void;
  readonly onConsent: (message: ConsentMessage, from: Channel) => void;
  readonly onClosed: (channel: Channel) => void;
}

/** Since a `hello`. */
interface Dialogue {
  readonly nonce: string;
  readonly hostNonce: string;
  readonly heard: HeardNumbers;
  readonly parts: PartsBin;
  readonly pageMaxChars: number;
  greeting: Greeting;
  origin: string | undefined;
  sent: number;
}

const NONCE = /^[\w-]{16,64}$/;

export function createPageChannel(link: PageLink, host: ChannelHost): Channel {
  const { clock, counters } = host;
  let dialogue: Dialogue | undefined;
  /** Kept when the page goes: what it showed is what the next screen comes from. */
  let shown: ViewMessage | undefined;
  let closed = false;

  /** @returns why it is not heard. */
  function hear(text: unknown, origin: string | undefined, isWhole: boolean): BridgeRefusal | undefined {
    if (origin !== undefined && !host.origins.includes(origin)) return 'foreign_origin';
    const read = readMessage(text, TO_HOST);
    if (read.kind === 'refused') {
      return read.reason === 'malformed' && isOfOtherVersions(JSON.parse(String(text))) ? 'foreign' : read.reason;
    }
    const { message } = read;
    if (isOfOtherVersions(message)) return 'foreign';
    if (clock.isFar(message.at)) return 'malformed';
    const isStranger = message.type !== 'hello' && origin !== undefined && dialogue?.origin !== undefined;
    if (isStranger && origin !== dialogue?.origin) return 'foreign_origin';
    if (message.type === 'hello') {
      if (!NONCE.test(message.nonce)) return 'wrong_nonce';
      if (message.nonce !== dialogue?.nonce) return hearNewPage(message, origin);
    } else if (message.nonce !== dialogue?.hostNonce) return 'wrong_nonce';
    if (!dialogue.heard.add(message.n)) return 'duplicate';
    if (!hasFields(message)) return 'malformed';
    if (message.type === 'part') return hearPart(message, dialogue, origin, isWhole);
    clock.hear(message.at);
    counters.hear();
    if (message.type === 'hello') dialogue.origin = origin;
    act(message, dialogue);
    return undefined;
  }

  function hearPart(
    part: Extract<ToHost, { type: 'part' }>,
    { parts }: Dialogue,
    origin: string | undefined,
    isWhole: boolean,
  ): BridgeRefusal | undefined {
    const put = isWhole ? ({ kind: 'bad' } as const) : parts.add(part);
    if (put.kind === 'bad') return 'bad_part';
    clock.hear(part.at);
    if (put.kind === 'whole') return hear(put.text, origin, true);
    counters.hear();
    return undefined;
  }

  function hearNewPage(message: BridgeMessage, origin: string | undefined): BridgeRefusal | undefined {
    if (!hasFields(message) || message.type !== 'hello') return 'malformed';
    const aheadMs = clock.aheadOf(message.at);
    const skewMs = Math.floor(host.wallMs()) - message.sentAt;
    clock.hear(message.at);
    counters.hear();
    const heard = createHeardNumbers();
    heard.add(message.n);
    const begun: Dialogue = {
      nonce: message.nonce,
      hostNonce: host.newNonce(),
      heard,
      parts: createPartsBin(),
      pageMaxChars: message.maxChars,
      greeting: { hello: message, told: message, welcomedAt: [0, 0], aheadMs, skewMs },
      origin,
      sent: 0,
    };
    dialogue = begun;
    shown = undefined;
    const welcomedAt = welcome(begun);
    begun.greeting = { ...begun.greeting, welcomedAt };
    return undefined;
  }

  function welcome(to: Dialogue): Stamp {
    const { identity, consent, screen } = host.welcome(channel);
    to.greeting = { ...to.greeting, told: identity };
    return say(to, {
      type: 'welcome',
      version: 1,
      hostNonce: to.hostNonce,
      maxChars: host.maxChars,
      capabilities: [],
      ...identity,
      consent,
      ...(screen === undefined ? {} : { screen }),
    });
  }

  function act(message: ToHost, now: Dialogue): void {
    switch (message.type) {
      case 'hello':
        welcome(now);
        return;
      case 'batch':
        // Not to a page that came in place of this one.
        host.onBatch(message, now.greeting, (verdict) => {
          if (dialogue === now) say(now, verdict);
        });
        return;
      case 'identity':
        host.onIdentity(message, channel);
        return;
      case 'consent':
        host.onConsent(message, channel);
        return;
      case 'view':
        shown = message;
        return;
      case 'ping':
        say(now, { type: 'pong' });
        return;
      case 'bye':
        dialogue = undefined;
        return;
      case 'pong':
      case 'part':
        return;
    }
  }

  /** @returns when it left. */
  function say(to: Dialogue, message: Untold): Stamp {
    const { nonce, pageMaxChars } = to;
    const envelope = (): object => ({ tidemark: 1, nonce, n: ++to.sent, at: clock.tick() });
    const whole = envelope();
    const { n: of, at } = whole as { readonly n: number; readonly at: Stamp }; // just made
    const text = JSON.stringify({ ...whole, ...message });
    const pieces = cutIntoPieces(text, pageMaxChars);
    if (pieces.length === 1) send(text);
    else if (pieces.length > BRIDGE_LIMITS.parts) counters.drop('unsayable');
    else {
      pieces.forEach((piece, index) => {
        send(JSON.stringify({ ...envelope(), type: 'part', of, index, count: pieces.length, text: piece }));
      });
    }
    return at;
  }

  function send(text: string): void {
    try {
      Promise.resolve(link.send(text)).catch(() => counters.drop('unsent_message'));
    } catch {
      counters.drop('unsent_message'); // the page notices that no answer comes
    }
  }

  const channel: Channel = {
    receive(text, origin = link.origin) {
      if (closed) return;
      try {
        const refusal = hear(text, origin, false);
        if (refusal) counters.refuse(refusal);
      } catch {
        counters.drop('fault');
      }
    },
    close() {
      closed = true;
      dialogue = undefined;
      host.onClosed(channel);
    },
    tell(message) {
      if (dialogue) say(dialogue, message);
    },
    view: () => shown,
  };
  return channel;
}
