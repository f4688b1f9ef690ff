import { countOutcomes, type ScoreTally } from './tally-scores.js';

/** What acting on the best-scored rows finds. */
export interface TopShare {
  /** Rows acted on: the share of all, rounded, at least one. */
  readonly rows: number;
  /** Share of positives among them. */
  readonly precision: number;
  /** Precision over the share of positives in all rows; null without positives. */
  readonly lift: number | null;
}

/**
 * Rows tied at the edge count by their mean.
 *
 * @param share - of all rows, in (0, 1]; .1 is the top tenth.
 * @throws {RangeError} when share lies elsewhere.
 */
export function topShare(tally: ScoreTally, share: number): TopShare {
  if (!(share > 0 && share <= 1)) throw new RangeError(`the top share must lie in (0, 1], got ${share}`);
  const { rows, positives } = countOutcomes(tally);
  const top = Math.max(1, Math.round(rows * share));
  let [open, found] = [top, 0];
  for (let group = tally.probabilities.length - 1; group >= 0 && open > 0; group -= 1) {
    const hits = tally.positives[group] as number; // in range
    const mass = hits + (tally.negatives[group] as number);
    const taken = Math.min(open, mass);
    if (taken > 0) found += (taken * hits) / mass;
    open -= taken;
  }
  const precision = found / top;
  return { rows: top, precision, lift: positives > 0 ? precision / (positives / rows) : null };
}
