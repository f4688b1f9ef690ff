import { countOutcomes, type ScoreTally } from './tally-scores.js';

/** How well the order of the scores tells both outcomes apart. */
export interface Discrimination {
  /** Area under the ROC curve: P(a positive scores above a negative), ties count half (mid-rank). */
  readonly auc: number;
  /** Largest distance between the score distributions of both outcomes, 0..1. */
  readonly ks: number;
}

/**
 * Both from one pass, O(groups).
 *
 * @returns null when only one outcome is there: the order of one kind of row says nothing.
 * @see J. A. Hanley, B. J. McNeil, Radiology 143 (1982) 29-36 (AUC as the Mann-Whitney statistic).
 */
export function discrimination(tally: ScoreTally): Discrimination | null {
  const { positives, negatives } = countOutcomes(tally);
  if (positives === 0 || negatives === 0) return null;
  let [below, ks, seenPositives, seenNegatives] = [0, 0, 0, 0];
  for (let group = 0; group < tally.probabilities.length; group += 1) {
    const hits = tally.positives[group] as number; // in range, as all indices here
    const misses = tally.negatives[group] as number;
    below += hits * (seenNegatives + misses / 2);
    seenPositives += hits;
    seenNegatives += misses;
    ks = Math.max(ks, Math.abs(seenNegatives / negatives - seenPositives / positives));
  }
  return { auc: below / (positives * negatives), ks };
}
