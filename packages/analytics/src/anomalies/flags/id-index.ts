/** Finds the number that an id was given, in one flat array and nothing else: a map looks at three places for one. Numbers count from 0. */
export interface IdIndex {
  /** @returns -1 for an id that has none. */
  readonly find: (id: string) => number;
  /** Gives a number to an id that has none. */
  readonly add: (id: string, n: number) => void;
  readonly idOf: (n: number) => string;
  /** Forgets all ids but those of these numbers. */
  readonly keep: (numbers: readonly number[]) => void;
}

const PLACES_FIRST = 1_024;

/**
 * An id is known by 64 bits of hash, and its text is not compared: where a hundred thousand are known, one new id in 10^14 is taken
 * for one of them. Each has the place that the lower bits of one half say, or the next free one; there are twice as many places as
 * ids. There stand the other half, and the number plus 1 with the upper bits of the first half above it; 0 is a free place.
 *
 * @param seed - of the hash: who makes up ids does not know which of them crowd.
 */
export function createIdIndex(seed: number): IdIndex {
  let places = new Int32Array(2 * PLACES_FIRST);
  let size = 0;
  const ids: string[] = [];
  /** Halves of the hash that was made last. */
  let [first, second] = [0, 0];
  /** Events of one delivery are mostly of the same. */
  let [lastId, lastN] = ['', -1];

  /** As MurmurHash2 mixes, a unit at a time. @see A. Appleby, MurmurHash, 2008. */
  function hash(id: string): void {
    let [a, b] = [seed, ~seed];
    for (let i = 0; i < id.length; i++) {
      const unit = id.charCodeAt(i);
      a = Math.imul(a ^ unit, 0x5bd1e995);
      a ^= a >>> 15;
      b = Math.imul(b ^ unit, 0x2c1b3c6d);
      b ^= b >>> 13;
    }
    first = a;
    second = b;
  }
  function put(id: string, n: number): void {
    hash(id);
    const mask = places.length / 2 - 1;
    let at = first & mask;
    while (places[2 * at + 1] !== 0) at = (at + 1) & mask;
    places[2 * at] = second;
    places[2 * at + 1] = (first & ~mask) | (n + 1);
  }
  function putAll(length: number, numbers: Iterable<number>): void {
    places = new Int32Array(length);
    size = 0;
    for (const n of numbers) {
      put(ids[n] ?? '', n);
      size++;
    }
  }
  function* all(): Generator<number> {
    const mask = places.length / 2 - 1;
    for (let at = 1; at < places.length; at += 2) if (places[at] !== 0) yield ((places[at] ?? 0) & mask) - 1;
  }
  return {
    find: (id) => {
      if (id === lastId) return lastN;
      hash(id);
      lastId = id;
      const mask = places.length / 2 - 1;
      for (let at = first & mask; ; at = (at + 1) & mask) {
        const place = places[2 * at + 1] ?? 0;
        if (place === 0) lastN = -1;
        else if (places[2 * at] === second && ((place ^ first) & ~mask) === 0) lastN = (place & mask) - 1;
        else continue;
        return lastN;
      }
    },
    add: (id, n) => {
      ids[n] = id;
      if (4 * (size + 1) > places.length) putAll(2 * places.length, [...all()]);
      put(id, n);
      size++;
      [lastId, lastN] = [id, n];
    },
    idOf: (n) => ids[n] ?? '',
    keep: (numbers) => {
      putAll(places.length, numbers);
      [lastId, lastN] = ['', -1];
    },
  };
}
