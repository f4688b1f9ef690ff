import { logGamma } from './log-gamma.js';

/** A term below this share adds nothing to the sum. */
const RELATIVE_END = 1e-15;
/** Sums longer than this belong to means in the millions, where terms fall slowly; what is left out is far below a digit. */
const TERMS_MAX = 100_000;

/**
 * ln P(X >= count) for X ~ Poisson(mean): how surprising so many are.
 *
 * @param count - whole, >= 0.
 * @param mean - >= 0.
 * @returns nats, <= 0; -Infinity when the mean is 0 and the count is not; NaN for what is no count or no mean.
 */
export function logPoissonTail(count: number, mean: number): number {
  if (!(mean >= 0) || !Number.isInteger(count) || count < 0 || mean === Number.POSITIVE_INFINITY) return Number.NaN;
  if (count === 0) return 0;
  if (mean === 0) return Number.NEGATIVE_INFINITY;
  const logMass = (k: number) => k * Math.log(mean) - mean - logGamma(k + 1);
  return logTail(count, mean, logMass, (k) => mean / (k + 1));
}

/**
 * ln P(X >= count) for a negative binomial count: Poisson, with a mean that itself varies by a gamma distribution. Counts of
 * what people do spread more widely than Poisson ones, and a Poisson tail would raise false alarms.
 *
 * @param size - > 0; variance = mean + mean^2 / size, so that an infinite size is Poisson.
 * @returns as {@link logPoissonTail}.
 */
export function logNegativeBinomialTail(count: number, mean: number, size: number): number {
  if (size === Number.POSITIVE_INFINITY) return logPoissonTail(count, mean);
  if (!(size > 0) || !(mean >= 0) || !Number.isInteger(count) || count < 0 || mean === Number.POSITIVE_INFINITY) {
    return Number.NaN;
  }
  if (count === 0) return 0;
  if (mean === 0) return Number.NEGATIVE_INFINITY;
  const p = mean / (mean + size);
  const logRest = -Math.log1p(mean / size);
  const logMass = (k: number) =>
    logGamma(k + size) - logGamma(size) - logGamma(k + 1) + size * logRest + k * Math.log(p);
  return logTail(count, mean, logMass, (k) => ((k + size) / (k + 1)) * p);
}

/** Above the mean the tail is summed itself; below it, what is missing to 1. */
function logTail(count: number, mean: number, logMass: (k: number) => number, ratio: (k: number) => number): number {
  if (count > mean) return Math.min(0, logMass(count) + Math.log(sumFrom(count, ratio)));
  let term = 1;
  let sum = 1;
  for (let k = count - 2; k >= 0 && term > RELATIVE_END * sum; k--) {
    term /= ratio(k);
    sum += term;
  }
  return Math.log1p(-Math.min(1, Math.exp(logMass(count - 1)) * sum));
}

/** 1 + r(k) + r(k) r(k+1) + ..., in units of the first mass. */
function sumFrom(count: number, ratio: (k: number) => number): number {
  let term = 1;
  let sum = 1;
  for (let k = count; k < count + TERMS_MAX && term > RELATIVE_END * sum; k++) {
    term *= ratio(k);
    sum += term;
  }
  return sum;
}
