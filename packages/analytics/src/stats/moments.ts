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
export function pearson(xs: ArrayLike<number>, ys: ArrayLike<number>): Measure {
  if (xs.length !== ys.length) return absent('shape_mismatch');
  if (xs.length < 2) return absent('too_few_events');
  const [meanX, meanY] = [meanOf(xs), meanOf(ys)];
  let [xy, xx, yy] = [0, 0, 0];
  for (let i = 0; i < xs.length; i++) {
    const [dx, dy] = [Number(xs[i]) - meanX, Number(ys[i]) - meanY];
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  if (xx === 0 || yy === 0) return absent('constant');
  const scale = Math.sqrt(xx) * Math.sqrt(yy); // the root of their product may be 0 or infinite where this is not
  return Number.isFinite(scale) ? measure(Math.min(1, Math.max(-1, xy / scale))) : absent('not_finite'); // rounding may step over 1
}

function meanOf(values: ArrayLike<number>): number {
  let total = 0;
  for (let i = 0; i < values.length; i++) total += Number(values[i]);
  return total / values.length;
}

/**
 * Quantile by linear interpolation between the two nearest order statistics, both ends included.
 *
 * @param p - 0..1.
 * @see Hyndman & Fan, "Sample Quantiles in Statistical Packages", 1996, type 7; the store's `quantileExactInclusive`.
 */
export function quantile(values: readonly number[], p: number): Measure {
  if (values.length === 0) return absent('no_events');
  return measure(
    quantileOfSorted(
      values.toSorted((a, b) => a - b),
      p,
    ),
  );
}

/** The same of values that are sorted already, one at least. */
export function quantileOfSorted(sorted: ArrayLike<number>, p: number): number {
  const position = (sorted.length - 1) * p;
  const [below, above] = [Number(sorted[Math.floor(position)]), Number(sorted[Math.ceil(position)])];
  return below + (above - below) * (position - Math.floor(position));
}
