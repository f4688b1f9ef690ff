import { isStamp } from './logical-clock.js';
import { BRIDGE_LIMITS, type BridgeMessage } from './messages.js';

/** Why a message is not heard. Each side counts them by reason. */
export type BridgeRefusal =
  /** No text at all. */
  | 'not_text'
  /** Longer than a message may be. */
  | 'oversize'
  /** More brackets within brackets than a message may have. */
  | 'deep'
  /** No JSON: cut off, for example. */
  | 'unreadable'
  /** A key that some languages take for more than a key: `__proto__`, `constructor`, `prototype`. */
  | 'polluted'
  /** Not of this protocol, of another version, or of a type that the receiver does not take. */
  | 'foreign'
  /** Of this protocol, but a field is missing or wrong. */
  | 'malformed'
  /** From an origin that may not speak. */
  | 'foreign_origin'
  | 'wrong_nonce'
  /** A number that came already. */
  | 'duplicate'
  /** A part that does not fit the others of its message, or a message of too many. */
  | 'bad_part';

export type ReadMessage =
  | { readonly kind: 'message'; readonly message: BridgeMessage }
  | { readonly kind: 'refused'; readonly reason: BridgeRefusal };

/**
 * Reads a message as far as its envelope. Never throws: whoever can inject an object into a page, or run in a frame of it,
 * can say anything. Origin, nonce and number are the receiver's to check, in this order, and then the fields of the type.
 *
 * @param types - those that this side takes.
 */
export function readMessage(text: unknown, types: readonly BridgeMessage['type'][]): ReadMessage {
  if (typeof text !== 'string') return refused('not_text');
  if (text.length > BRIDGE_LIMITS.messageChars) return refused('oversize');
  if (isDeep(text)) return refused('deep');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused('unreadable');
  }
  if (isPolluted(value)) return refused('polluted');
  const message = value as Partial<BridgeMessage> | null; // whatever it is; looked at here and by the receiver
  if (message?.tidemark !== 1 || !types.some((type) => type === message.type)) return refused('foreign');
  const { nonce, n, at } = message;
  const isWhole = typeof nonce === 'string' && Number.isSafeInteger(n) && Number(n) >= 1 && isStamp(at);
  return isWhole ? { kind: 'message', message: message as BridgeMessage } : refused('malformed');
}

function refused(reason: BridgeRefusal): ReadMessage {
  return { kind: 'refused', reason };
}

/** Counted before it is parsed: some parsers end with their stack. Brackets inside texts do not count. */
function isDeep(text: string): boolean {
  const brackets = text.replace(/"(?:[^"\\]|\\.)*"?|[^[\]{}"]+/gs, '');
  let depth = 0;
  for (const bracket of brackets) {
    depth += '[{'.includes(bracket) ? 1 : -1;
    if (depth > BRIDGE_LIMITS.depth) return true;
  }
  return false;
}

function isPolluted(value: unknown): boolean {
  if (value === null || typeof value !== 'object') return false;
  return Object.entries(value).some(
    ([key, part]) => /^(__proto__|constructor|prototype)$/.test(key) || isPolluted(part),
  );
}
