import { BRIDGE_LIMITS, type PartMessage } from './messages.js';

/** Bounds below this are not kept: an envelope needs room. */
const CHARS_MIN = 512;
/** Brackets, names and numbers of an envelope: 209 with the longest nonce and the largest numbers. */
const ENVELOPE_CHARS = 216;

/**
 * The pieces of a text that is longer than its receiver takes.
 *
 * @param maxChars - UTF-16 units that the receiver takes; 0 for any.
 * @returns the text alone where it is short enough.
 */
export function cutIntoPieces(text: string, maxChars: number): string[] {
  const bound = Math.max(maxChars, CHARS_MIN);
  if (maxChars <= 0 || text.length <= bound) return [text];
  const pieces: string[] = [];
  let from = 0;
  while (from < text.length) {
    let to = from;
    // Quotes and the like double when a text is put into JSON, and control characters take six.
    for (let left = bound - ENVELOPE_CHARS; to < text.length; to++) {
      left -= escapedLength(text.charCodeAt(to));
      if (left < 0) break;
    }
    pieces.push(text.slice(from, to));
    from = to;
  }
  return pieces;
}

/** What JSON makes of a UTF-16 unit, at most: control characters and single surrogates become escapes. */
function escapedLength(unit: number): number {
  if (unit === 0x22 || unit === 0x5c) return 2;
  return unit < 0x20 || (unit >= 0xd800 && unit <= 0xdfff) ? 6 : 1;
}

/** Puts messages together that come in parts. */
export interface PartsBin {
  /** @returns the whole text once it is there; `bad` when the part fits nothing. */
  add(part: PartMessage): { readonly kind: 'whole'; readonly text: string } | { readonly kind: 'waiting' | 'bad' };
}

interface Incomplete {
  readonly texts: Map<number, string>;
  readonly count: number;
  chars: number;
}

export function createPartsBin(): PartsBin {
  const incomplete = new Map<number, Incomplete>();
  return {
    add({ of, index, count, text }) {
      const isWithin = count >= 1 && count <= BRIDGE_LIMITS.parts && index >= 0 && index < count;
      const known = incomplete.get(of) ?? { texts: new Map<number, string>(), count, chars: 0 };
      const fits = isWithin && count === known.count && !known.texts.has(index);
      if (!fits || known.chars + text.length > BRIDGE_LIMITS.messageChars) return { kind: 'bad' };
      known.texts.set(index, text);
      known.chars += text.length;
      incomplete.set(of, known);
      if (known.texts.size === count) {
        incomplete.delete(of);
        return { kind: 'whole', text: Array.from({ length: count }, (_, at) => known.texts.get(at)).join('') };
      }
      const [oldest] = incomplete.keys();
      if (incomplete.size > BRIDGE_LIMITS.incomplete && oldest !== undefined) incomplete.delete(oldest);
      return { kind: 'waiting' };
    },
  };
}
