/** Colours in the palette of visitor dots. */
export const VISITOR_COLOURS = 10;

/** The last six characters: random in every kind of UUID, where the first ones of a version 7 are its time. */
export function shortVisitorId(visitorId: string): string {
  return visitorId.slice(-6);
}

/**
 * The visitor's colour, 0 to VISITOR_COLOURS - 1: the same for the same id, everywhere and always.
 *
 * @see G. Fowler, L. C. Noll, K.-P. Vo, FNV-1a, 32 bits.
 */
export function visitorColour(visitorId: string): number {
  let hash = 0x811c9dc5;
  for (let i = 0; i < visitorId.length; i++) {
    hash = Math.imul(hash ^ visitorId.charCodeAt(i), 0x01000193);
  }
  return (hash >>> 0) % VISITOR_COLOURS;
}
