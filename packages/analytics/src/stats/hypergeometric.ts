import { absent, type Measure, measure } from './outcome.js';

/** A term below this adds nothing to a sum above one. */
const RELATIVE_END = 1e-16;
/** Near z = 1 the series is slow; this many terms take some milliseconds. */
const TERMS_MAX = 200_000;

/**
 * Gauss' hypergeometric function 2F1(a, b; c; z) for 0 <= z < 1 by its series, with Euler's transformation where that
 * converges faster.
 *
 * @returns `not_converged` where the series would need more than 200,000 terms, and at the poles c = 0, -1, -2...
 * @see NIST Digital Library of Mathematical Functions, 15.2.1 and 15.8.1.
 */
export function hypergeometric2F1(a: number, b: number, c: number, z: number): Measure {
  if (![a, b, c, z].every(Number.isFinite)) return absent('not_finite');
  if (z < 0 || z >= 1 || (c <= 0 && Number.isInteger(c))) return absent('not_converged');
  if (c - a - b >= 0) return series(a, b, c, z);
  const transformed = series(c - a, c - b, c, z);
  return transformed.kind === 'absent' ? transformed : measure(transformed.value * (1 - z) ** (c - a - b));
}

function series(a: number, b: number, c: number, z: number): Measure {
  let term = 1;
  let total = 1;
  for (let n = 0; n < TERMS_MAX; n++) {
    term *= (((a + n) * (b + n)) / ((c + n) * (n + 1))) * z;
    total += term;
    if (Math.abs(term) <= RELATIVE_END * Math.abs(total)) return measure(total);
  }
  return absent('not_converged');
}
