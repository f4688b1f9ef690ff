const SQRT_2PI = Math.sqrt(2 * Math.PI);
/** Here the continued fraction takes over from the series; both have 12 digits around it. */
const FAR = 3;
const TERMS = 200;

/**
 * ln P(Z > z) of the standard normal: exact where the tail itself has long become 0.
 *
 * @returns nats, <= 0.
 * @see M. Abramowitz, I. Stegun, Handbook of Mathematical Functions, 26.2.11 and 26.2.14.
 */
export function logNormalTail(z: number): number {
  if (Number.isNaN(z)) return Number.NaN;
  if (z === Number.POSITIVE_INFINITY) return Number.NEGATIVE_INFINITY;
  if (z > FAR) return -0.5 * z * z - Math.log(SQRT_2PI) - Math.log(millsDenominator(z));
  if (z < -FAR) return Math.log1p(-Math.exp(logNormalTail(-z)));
  return Math.log(0.5 - bulk(z));
}

/** Beyond this the tail is below 1e-300. */
const FARTHEST = 38;
const HALVINGS = 80;

/**
 * z with P(Z > z) = p, by halving: exact to the last digits.
 *
 * @param p - above 0 and at most a half.
 * @throws {RangeError} for any other.
 */
export function upperNormalQuantile(p: number): number {
  if (!(p > 0 && p <= 0.5)) throw new RangeError(`a tail lies above 0 and at most at a half, got ${p}`);
  let [low, high] = [0, FARTHEST];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (logNormalTail(middle) > Math.log(p)) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** z + 1/(z + 2/(z + 3/(z + ...))), from its far end. */
function millsDenominator(z: number): number {
  let fraction = z;
  for (let k = TERMS; k >= 1; k--) fraction = z + k / fraction;
  return fraction;
}

/** P(0 < Z < z): density times z + z^3/3 + z^5/15 + ... */
function bulk(z: number): number {
  let term = z;
  let sum = z;
  for (let k = 1; k < TERMS && Math.abs(term) > 1e-17 * Math.abs(sum); k++) {
    term *= (z * z) / (2 * k + 1);
    sum += term;
  }
  return (sum * Math.exp(-0.5 * z * z)) / SQRT_2PI;
}
