import { ECE_BINS, sumBins } from './reliability.js';
import { countOutcomes, type ScoreTally } from './tally-scores.js';

/**
 * The Brier score in parts: brier = reliability - resolution + uncertainty + withinBins. The last is what bins hide
 * (variance of the probabilities inside them, less twice their covariance with the outcome); it is 0 where each bin holds one
 * probability.
 */
export interface BrierParts {
  readonly brier: number;
  /** Distance of predicted and observed, squared: smaller is better. */
  readonly reliability: number;
  /** Spread of the observed shares around the base rate: larger is better. */
  readonly resolution: number;
  /** Of the outcome itself: base rate x (1 - base rate). */
  readonly uncertainty: number;
  readonly withinBins: number;
}

/** Mean of (probability - outcome)^2. @see G. W. Brier, Monthly Weather Review 78 (1950) 1-3. */
export function brierScore(tally: ScoreTally): number {
  let sum = 0;
  for (let group = 0; group < tally.probabilities.length; group += 1) {
    const probability = tally.probabilities[group] as number; // in range, as all here
    const [hits, misses] = [tally.positives[group] as number, tally.negatives[group] as number];
    sum += hits * (1 - probability) ** 2 + misses * probability ** 2;
  }
  return sum / countOutcomes(tally).rows;
}

/**
 * @param bins - of equal mass.
 * @see A. H. Murphy, J. Applied Meteorology 12 (1973) 595-600; D. B. Stephenson, C. Coelho, I. Jolliffe, Weather and
 * Forecasting 23 (2008) 752-757 (the part inside the bins).
 */
export function brierParts(tally: ScoreTally, bins: number = ECE_BINS): BrierParts {
  const { rows, positives } = countOutcomes(tally);
  const base = positives / rows;
  let [reliability, resolution, withinBins] = [0, 0, 0];
  for (const bin of sumBins(tally, bins)) {
    const [predicted, observed] = [bin.predicted / bin.rows, bin.observed / bin.rows];
    const share = bin.rows / rows;
    const variance = bin.squares / bin.rows - predicted * predicted;
    const covariance = bin.products / bin.rows - predicted * observed;
    reliability += share * (predicted - observed) ** 2;
    resolution += share * (observed - base) ** 2;
    withinBins += share * (variance - 2 * covariance);
  }
  return { brier: brierScore(tally), reliability, resolution, uncertainty: base * (1 - base), withinBins };
}
