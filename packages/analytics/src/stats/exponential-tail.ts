import { quantileOfSorted } from './moments.js';
import { absent, measured, type Outcome } from './outcome.js';

/** How the largest of some values thin out. Plain data. */
export interface ExponentialTail {
  /** The 95th percentile. */
  readonly threshold: number;
  /** Mean excess over it, of an exponential distribution with the same median excess. */
  readonly scale: number;
}

const QUANTILE = 0.95;
/** Fewer leave no tail to speak of. */
const VALUES_LEAST = 200;

/**
 * An exponential tail above the 95th percentile, told by the median of what is above: values that do not belong, a fortieth of all
 * at the most, move it little, wherever they lie.
 *
 * @param values - shape [n], n >= 200, finite.
 * @returns `too_few_events`, `not_finite`; `constant` when what is above the percentile is not larger.
 * @see F. R. Hampel et al., Robust Statistics (1986), 2.5e, for the median's estimate of an exponential scale.
 */
export function exponentialTail(values: ArrayLike<number>): Outcome<ExponentialTail> {
  if (values.length < VALUES_LEAST) return absent('too_few_events');
  const sorted = Float64Array.from(values).sort();
  if (!sorted.every(Number.isFinite)) return absent('not_finite');
  const threshold = quantileOfSorted(sorted, QUANTILE);
  const scale = (quantileOfSorted(sorted, (1 + QUANTILE) / 2) - threshold) / Math.LN2;
  return scale > 0 ? measured({ threshold, scale }) : absent('constant');
}

/** -ln of the share of values that would be larger, nats; 0 at or below the threshold. */
export function surpriseBeyond({ threshold, scale }: ExponentialTail, value: number): number {
  return value <= threshold ? 0 : -Math.log(1 - QUANTILE) + (value - threshold) / scale;
}
