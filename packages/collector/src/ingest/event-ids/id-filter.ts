/**
 * Says of an id that it is surely not in a file, or that the file must be asked: a Bloom filter, which spares nearly every
 * new id the way to the disk. It never decides alone that an id is known.
 *
 * @see B. H. Bloom, "Space/Time Trade-offs in Hash Coding with Allowable Errors", CACM 13(7), 1970.
 * @see A. Kirsch, M. Mitzenmacher, "Less Hashing, Same Performance", ESA 2006: two hashes stand for all.
 */
export interface IdFilter {
  readonly bytes: Uint8Array;
  readonly salt: number;
  add(ids: Buffer, at: number): void;
  mayHold(ids: Buffer, at: number): boolean;
}

/** With seven probes one id in 120 that is not there passes all the same. */
const BITS_AN_ID = 10;
const PROBES = 7;

export function filterBytes(ids: number): number {
  return Math.max(8, Math.ceil((ids * BITS_AN_ID) / 8));
}

/** @param salt - random and secret, so that nobody can choose ids that all pass. */
export function createIdFilter(bytes: Uint8Array, salt: number): IdFilter {
  const bits = bytes.byteLength * 8;

  /** Visits the bits of an id until `visit` says false; whether it never did. */
  function probe(ids: Buffer, at: number, visit: (byte: number, mask: number) => boolean): boolean {
    let first = salt;
    let second = ~salt;
    for (let word = 0; word < 16; word += 4) {
      const value = ids.readInt32LE(at + word);
      first = mix(first ^ value);
      second = mix(second + value);
    }
    const step = (second | 1) >>> 0;
    for (let i = 0; i < PROBES; i++) {
      const bit = ((first >>> 0) + i * step) % bits;
      if (!visit(Math.floor(bit / 8), 1 << (bit % 8))) return false;
    }
    return true;
  }

  return {
    bytes,
    salt,
    add(ids, at) {
      probe(ids, at, (byte, mask) => {
        bytes[byte] = (bytes[byte] ?? 0) | mask;
        return true;
      });
    },
    mayHold: (ids, at) => probe(ids, at, (byte, mask) => ((bytes[byte] ?? 0) & mask) !== 0),
  };
}

/** @see A. Appleby, MurmurHash3, fmix32. */
function mix(value: number): number {
  let hash = value ^ (value >>> 16);
  hash = Math.imul(hash, 0x85ebca6b);
  hash ^= hash >>> 13;
  hash = Math.imul(hash, 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}
