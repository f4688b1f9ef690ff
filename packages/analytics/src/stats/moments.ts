import { absent, type Measure, measure } from './outcome.js';

/** @returns 0 for no values. */
export function sum(values: readonly number[]): number {
  let total = 0;
  for (const value of values) total += value;
  return total;
}

/** @param values - shape [n], n >= 1. */
export function mean(values: readonly number[]): number {
  return sum(values) / values.length;
}

/** Standard deviation of the values themselves (divisor n), not of a population they might be a sample of. */
export function populationSd(values: readonly number[]): number {
  const centre = mean(values);
  let squares = 0;
  for (const value of values) squares += (value - centre) ** 2;
  return Math.sqrt(squares / values.length);
}

/**
 * Pearson's correlation.
 *
 * @param xs - shape [n].
 * @param ys - shape [n].
 * @returns -1..1; absent when the shapes differ, below two pairs, or when one side is constant.
 */
export function pearson(xs: readonly number[], ys: readonly number[]): Measure {
  if (xs.length !== ys.length) return absent('shape_mismatch');
  if (xs.length < 2) return absent('too_few_events');
  const meanX = mean(xs);
  const meanY = mean(ys);
  let [xy, xx, yy] = [0, 0, 0];
  for (const [i, x] of xs.entries()) {
    const dx = x - meanX;
    const dy = (ys[i] ?? 0) - meanY;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  if (Number.isNaN(xx) || Number.isNaN(yy)) return absent('not_finite');
  if (xx === 0 || yy === 0) return absent('constant');
  return measure(Math.min(1, Math.max(-1, xy / Math.sqrt(xx * yy)))); // rounding may step over 1
}

/**
 * Quantile by linear interpolation between the two nearest order statistics, both ends included.
 *
 * @param p - 0..1.
 * @see Hyndman & Fan, "Sample Quantiles in Statistical Packages", 1996, type 7; the store's `quantileExactInclusive`.
 */
export function quantile(values: readonly number[], p: number): Measure {
  if (values.length === 0) return absent('no_events');
  const sorted = values.toSorted((a, b) => a - b);
  const position = (sorted.length - 1) * p;
  const below = sorted[Math.floor(position)] ?? Number.NaN;
  const above = sorted[Math.ceil(position)] ?? Number.NaN;
  return measure(below + (above - below) * (position - Math.floor(position)));
}
