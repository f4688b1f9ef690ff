import { type BridgeRefusal, type LogicalClock, readMessage, type ToPage, type Welcome } from '@tidemark/protocol';

/** The page's side of a conversation with a host: secrets, numbers and stamps. */
export interface Dialogue {
  /**
   * @param fields - JSON of the message's own fields.
   * @returns whether it was said: not when it is longer than the host takes.
   */
  say(type: string, fields?: string): boolean;
  /** @param isForeign - the container says that it comes from elsewhere. */
  hear(text: unknown, isForeign?: boolean): void;
  /** Whoever answered so far is gone: the next `hello` begins another conversation. */
  beginAnew(): void;
}

export interface DialogueOptions {
  readonly clock: LogicalClock;
  readonly send: (text: string) => void;
  readonly cut: CutMessage | undefined;
  /** Called with what may be believed, but for the fields of its type: throws where those are wrong. */
  readonly onMessage: (message: ToPage) => void;
  readonly onRefused: (reason: BridgeRefusal) => void;
}

/** Cuts a text into pieces for a receiver that takes no more than so many UTF-16 units at once. */
export type CutMessage = (text: string, maxChars: number) => readonly string[];

const TYPES = ['welcome', 'ack', 'nack', 'identity', 'consent', 'screen', 'ping', 'pong', 'bye'] as const;

export function createDialogue({ clock, send, cut, onMessage, onRefused }: DialogueOptions): Dialogue {
  let nonce: string;
  let host: Pick<Welcome, 'hostNonce' | 'maxChars'> | undefined;
  let said: number;
  /** The first `hello` left, by the logical clock. */
  let greetedMs: number;
  /** A host says few things to a page, so that all their numbers are kept. */
  let heard: Set<number>;

  function beginAnew(): void {
    nonce = crypto.getRandomValues(new Uint32Array(4)).join('-');
    host = undefined;
    said = 0;
    heard = new Set();
  }

  function write(type: string, fields: string): string {
    const secret = (type !== 'hello' && host?.hostNonce) || nonce;
    const at = clock.tick();
    if (!said) [greetedMs] = at;
    const envelope = { tidemark: 1, type, nonce: secret, n: ++said, at };
    const own = fields.slice(1, -1); // without its brackets
    return `${JSON.stringify(envelope).slice(0, -1)}${own && ','}${own}}`;
  }

  /** @returns why it is not heard. */
  function judge(text: unknown): BridgeRefusal | undefined {
    const read = readMessage(text, TYPES);
    if (read.kind === 'refused') return read.reason;
    const message = read.message as ToPage; // its type is one of those that were asked for
    const { n } = message;
    if (message.nonce !== nonce) return 'wrong_nonce';
    if (heard.has(n)) return 'duplicate';
    heard.add(n);
    if (message.type === 'welcome' && !host) {
      // The host moves what was tracked before by so much at most: what is tracked from now on comes after all of it.
      const [ms, count] = clock.tick();
      clock.hear([ms + Math.max(0, message.at[0] - greetedMs), count]);
    }
    clock.hear(message.at); // first: what is tracked because of it comes after it
    try {
      if (message.type === 'welcome') host = message;
      onMessage(message);
    } catch {
      return 'malformed';
    }
    return undefined;
  }

  beginAnew();
  return {
    say(type, fields = '{}') {
      const text = write(type, fields);
      const { maxChars = 0 } = host ?? {};
      const of = said;
      if (!maxChars || text.length <= maxChars) send(text);
      else if (!cut) return false;
      else
        cut(text, maxChars).forEach((piece, index, { length: count }) => {
          send(write('part', JSON.stringify({ of, index, count, text: piece })));
        });
      return true;
    },
    hear(text, isForeign) {
      const refusal = isForeign ? 'foreign_origin' : judge(text);
      if (refusal) onRefused(refusal);
    },
    beginAnew,
  };
}
