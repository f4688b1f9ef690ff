/**
 * Uniform numbers in [0, 1), the same ones for the same seed on every machine.
 *
 * @param seed - any whole number; its lowest 32 bits count.
 * @see G. L. Steele, D. Lea, C. H. Flood, "Fast splittable pseudorandom number generators", 2014 (32-bit finalizer).
 */
export function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return ((mixed ^ (mixed >>> 15)) >>> 0) / 4294967296;
  };
}
