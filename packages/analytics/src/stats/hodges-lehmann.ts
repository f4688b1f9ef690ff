import type { Difference } from './newcombe-difference.js';
import { Z_95 } from './wilson-interval.js';

/** Values, or evenly spaced quantiles that stand for more values than there are. */
export interface Sample {
  readonly values: readonly number[];
  /** How many values were measured; the number of `values` unless they are quantiles. */
  readonly count?: number;
}

/**
 * By how much the values of one group lie above those of another: the median of all differences between one of the first
 * and one of the second. A few very long dwells move it as little as they move a median. The interval inverts the rank-sum
 * test in its normal approximation: it ends at the differences of rank mn/2 -+ z sqrt(mn(m+n+1)/12), and nowhere where there is
 * none of that rank.
 *
 * @returns undefined when a group is empty. In the unit of the values; ends may be infinite.
 * @throws {RangeError} for a value that is not finite, or a count below the number of quantiles' one.
 * @see J. L. Hodges, E. L. Lehmann, Annals of Mathematical Statistics 34 (1963) 598-611; M. Hollander, D. A. Wolfe,
 *   Nonparametric Statistical Methods (1973), 4.2 and 4.3.
 */
export function hodgesLehmann(first: Sample, second: Sample, z: number = Z_95): Difference | undefined {
  const m = sizeOf(first);
  const n = sizeOf(second);
  if (m === 0 || n === 0) return undefined;
  const differences = new Float64Array(first.values.length * second.values.length);
  let at = 0;
  for (const a of first.values) for (const b of second.values) differences[at++] = a - b;
  differences.sort();
  // As shares of all differences, so that quantiles may stand for values.
  const half = z * Math.sqrt((m + n + 1) / (12 * m * n));
  const middle = (round: (rank: number) => number) => atRank(differences, 0.5, round) ?? Number.NaN; // there always is one
  return {
    difference: (middle(Math.floor) + middle(Math.ceil)) / 2,
    low: atRank(differences, 0.5 - half, Math.floor) ?? Number.NEGATIVE_INFINITY,
    high: atRank(differences, 0.5 + half, Math.ceil) ?? Number.POSITIVE_INFINITY,
  };
}

function sizeOf({ values, count = values.length }: Sample): number {
  if (!values.every(Number.isFinite)) throw new RangeError('a sample holds finite numbers');
  if (!(count >= 0) || (count === 0) !== (values.length === 0)) {
    throw new RangeError(`${values.length} values cannot stand for ${count}`);
  }
  return values.length === 0 ? 0 : count;
}

/** The difference of a share's rank: the k-th smallest of N has the share (k - 1/2) / N. */
function atRank(sorted: Float64Array, share: number, round: (rank: number) => number): number | undefined {
  return sorted[round(share * sorted.length + 0.5) - 1];
}
