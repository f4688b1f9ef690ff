import { sum } from './moments.js';
import { absent, faultOfAmounts, type Measure, measure } from './outcome.js';

/**
 * Shannon's entropy of counts, in bits.
 *
 * @param counts - shape [bins], each >= 0; empty bins add nothing.
 * @returns 0..log2(bins); `zero_total` when nothing was counted.
 */
export function entropyBits(counts: readonly number[]): Measure {
  const fault = faultOfAmounts(counts);
  if (fault) return absent(fault);
  const total = sum(counts);
  if (total === 0) return absent(counts.length === 0 ? 'no_events' : 'zero_total');
  let bits = 0;
  for (const count of counts) if (count > 0) bits -= (count / total) * Math.log2(count / total);
  return measure(Math.max(0, bits)); // never -0
}

/**
 * Jensen-Shannon distance: the square root of the divergence to base 2, a metric.
 *
 * @param p - shape [bins], each >= 0; need not sum to 1.
 * @param q - shape [bins].
 * @returns 0 (the same) to 1 (nothing in common).
 * @see J. Lin, "Divergence measures based on the Shannon entropy", 1991; Endres & Schindelin 2003 for the square root.
 */
export function jensenShannonDistance(p: readonly number[], q: readonly number[]): Measure {
  if (p.length !== q.length) return absent('shape_mismatch');
  const fault = faultOfAmounts(p) ?? faultOfAmounts(q);
  if (fault) return absent(fault);
  const [totalP, totalQ] = [sum(p), sum(q)];
  if (totalP === 0 || totalQ === 0) return absent('zero_total');
  let divergence = 0;
  for (const [i, weight] of p.entries()) {
    const a = weight / totalP;
    const b = (q[i] ?? 0) / totalQ;
    const middle = (a + b) / 2;
    if (a > 0) divergence += (a * Math.log2(a / middle)) / 2;
    if (b > 0) divergence += (b * Math.log2(b / middle)) / 2;
  }
  return measure(Math.sqrt(Math.min(1, Math.max(0, divergence))));
}
