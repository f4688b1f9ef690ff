/** Chance that can be had again. */
export interface Random {
  /** 32 random bits. */
  bits(): number;
  /** Uniform in [0, 1). */
  next(): number;
  /** True with this probability. */
  chance(probability: number): boolean;
  /** A whole number from `low` to `high`, both included. */
  int(low: number, high: number): number;
  between(low: number, high: number): number;
  normal(mean: number, deviation: number): number;
  /** exp of a normal: `median` times or divided by some exp(spread). */
  logNormal(median: number, spread: number): number;
  exponential(mean: number): number;
  poisson(mean: number): number;
  /** @throws {RangeError} when there is none. */
  pick<Item>(items: readonly Item[]): Item;
  /** Index of a weight, as likely as it is heavy; weights are >= 0, not all 0. */
  weighted(weights: readonly number[]): number;
}

/**
 * sfc32: 128 bits of state, fast, passes PractRand.
 *
 * @param label - streams of one seed under different labels have nothing to do with one another, so that what is drawn
 * for the one thing never moves the other.
 * @see C. Doty-Humphrey, PractRand, "sfc" generators.
 */
export function createRandom(seed: number, label: string): Random {
  let a = seed | 0;
  let b = Math.floor(seed / 2 ** 32) | 0;
  let c = hashOf(label);
  let counter = 1;

  function bits(): number {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    return sum >>> 0;
  }
  function next(): number {
    return bits() / 2 ** 32;
  }
  /** Box and Muller's, one of the pair. */
  function standardNormal(): number {
    return Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  }
  /** Knuth's: its cost grows with the mean, which is small here; a large one is taken apart. */
  function poisson(mean: number): number {
    if (mean > 30) return poisson(mean / 2) + poisson(mean / 2);
    const limit = Math.exp(-mean);
    let count = 0;
    for (let product = next(); product > limit; product *= next()) count++;
    return count;
  }
  for (let i = 0; i < 16; i++) bits(); // seeds that differ in a bit begin alike

  return {
    bits,
    next,
    chance: (probability) => next() < probability,
    int: (low, high) => low + Math.floor(next() * (high - low + 1)),
    between: (low, high) => low + next() * (high - low),
    normal: (mean, deviation) => mean + deviation * standardNormal(),
    logNormal: (median, spread) => median * Math.exp(spread * standardNormal()),
    exponential: (mean) => -mean * Math.log(1 - next()),
    poisson,
    pick(items) {
      const item = items[Math.floor(next() * items.length)];
      if (item === undefined) throw new RangeError('there is nothing to pick from');
      return item;
    },
    weighted(weights) {
      let left = next() * weights.reduce((sum, weight) => sum + weight, 0);
      for (let i = 0; i < weights.length; i++) {
        left -= weights[i] ?? 0;
        if (left < 0) return i;
      }
      return weights.length - 1;
    },
  };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let value = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) value = Math.imul(value ^ text.charCodeAt(i), 0x01000193);
  return value;
}
