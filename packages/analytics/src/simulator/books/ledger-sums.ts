/*
 * The simulator's own arithmetic: it uses none of the code that reports and features use, so that both would have to be wrong alike.
 */

/** As many evenly spaced quantiles as the reports let stand for a distribution. */
const QUANTILES = 20;

/** How often, and how long it took. Milliseconds. */
export interface TimesLedger {
  readonly count: number;
  /** Shape [20]: the middles of even parts; empty without values. */
  readonly quantiles: readonly number[];
}

export function timesOf(values: readonly number[]): TimesLedger {
  const sorted = values.toSorted((a, b) => a - b);
  const levels = sorted.length === 0 ? [] : Array.from({ length: QUANTILES }, (_, i) => (i + 0.5) / QUANTILES);
  return { count: sorted.length, quantiles: levels.map((level) => atLevel(sorted, level)) };
}

/** @param sorted - shape [n], n >= 1, ascending. Linear between neighbours, both ends included. */
export function atLevel(sorted: readonly number[], level: number): number {
  const place = level * (sorted.length - 1);
  const low = sorted[Math.floor(place)] ?? 0;
  const high = sorted[Math.ceil(place)] ?? low;
  return low + (place % 1) * (high - low);
}

/** The entry of a key, made when it is not there yet. */
export function entryOf<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key);
  if (known !== undefined) return known;
  const made = make();
  map.set(key, made);
  return made;
}
