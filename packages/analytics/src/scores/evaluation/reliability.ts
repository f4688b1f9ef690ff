import { wilsonInterval } from '../../stats/wilson-interval.js';
import { countOutcomes, type ScoreTally } from './tally-scores.js';

/** One bin of equal mass: what was said beside what happened. */
export interface ReliabilityBin {
  /** Rows, in whole numbers that differ by one at most between bins. */
  readonly rows: number;
  /** Mean probability. */
  readonly predicted: number;
  /** Share of positives. */
  readonly observed: number;
  /** Wilson interval of the share at 95 %. */
  readonly low: number;
  readonly high: number;
}

/** Sums of one bin; rows with one probability that lie across an edge are shared out, so that their order is no matter. */
export interface BinSums {
  readonly rows: number;
  readonly predicted: number;
  readonly observed: number;
  /** Sum of probability^2, and of probability x outcome. */
  readonly squares: number;
  readonly products: number;
}

export const ECE_BINS = 10;
/** Of a share nothing was seen of. */
const UNKNOWN = { low: 0, high: 1 };

/** The reliability curve, empty bins left out. */
export function reliabilityCurve(tally: ScoreTally, bins: number = ECE_BINS): ReliabilityBin[] {
  return sumBins(tally, bins).map(({ rows, predicted, observed }) => ({
    rows,
    predicted: predicted / rows,
    observed: observed / rows,
    // Tied rows are shared out, so that rounding may carry a full bin past its rows.
    ...(wilsonInterval(Math.min(observed, rows), rows) ?? UNKNOWN),
  }));
}

/**
 * Expected calibration error: mean distance of predicted and observed over bins of equal mass, weighted by rows.
 *
 * @see M. P. Naeini, G. F. Cooper, M. Hauskrecht, AAAI 2015 (there with bins of equal width).
 */
export function calibrationError(tally: ScoreTally, bins: number = ECE_BINS): number {
  let [sum, rows] = [0, 0];
  for (const bin of sumBins(tally, bins)) {
    sum += Math.abs(bin.predicted - bin.observed);
    rows += bin.rows;
  }
  return sum / rows;
}

/**
 * Bin k holds the places floor(k n / bins) up to floor((k + 1) n / bins) of the rows in order of probability.
 *
 * @throws {RangeError} when bins is not a whole number >= 1.
 */
export function sumBins(tally: ScoreTally, bins: number): BinSums[] {
  if (!Number.isInteger(bins) || bins < 1) throw new RangeError(`bins must be a whole number from 1, got ${bins}`);
  const { rows } = countOutcomes(tally);
  const sums: BinSums[] = [];
  let [group, left] = [0, massOf(tally, 0)];
  for (let bin = 0; bin < bins; bin += 1) {
    const mass = Math.floor(((bin + 1) * rows) / bins) - Math.floor((bin * rows) / bins);
    let [open, predicted, observed, squares, products] = [mass, 0, 0, 0, 0];
    while (open > 0) {
      while (left === 0) left = massOf(tally, ++group);
      const taken = Math.min(open, left);
      const probability = tally.probabilities[group] as number; // masses of all groups add up to `rows`
      const hits = (taken * (tally.positives[group] as number)) / massOf(tally, group);
      predicted += taken * probability;
      observed += hits;
      squares += taken * probability * probability;
      products += hits * probability;
      open -= taken;
      left -= taken;
    }
    if (mass > 0) sums.push({ rows: mass, predicted, observed, squares, products });
  }
  return sums;
}

function massOf(tally: ScoreTally, group: number): number {
  return (tally.positives[group] as number) + (tally.negatives[group] as number);
}
