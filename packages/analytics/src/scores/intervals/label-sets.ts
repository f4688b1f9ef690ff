import { checkScores } from '../evaluation/tally-scores.js';
import { type Conformal, conformalThreshold, fitConformal } from './conformal.js';

/** Outcomes that cannot be ruled out at the level. Both: the model does not know. None: no row like this was seen. */
export interface LabelSet {
  readonly positive: boolean;
  readonly negative: boolean;
}

/**
 * Conformal per outcome (label-conditional), so that the rarer outcome is covered as surely as the common one.
 *
 * @param probabilities - of rows the model did not learn from, shape [rows].
 * @param level - share of rows of each outcome whose set must hold it, in (0, 1).
 * @throws {RangeError} as `evaluateScores` and `fitConformal` do.
 */
export function fitLabelSets(probabilities: ArrayLike<number>, labels: ArrayLike<number>, level: number): Conformal {
  checkScores(probabilities, labels);
  const strangeness = Float64Array.from(probabilities, (probability, row) =>
    labels[row] === 1 ? 1 - probability : probability,
  );
  return fitConformal(strangeness, level, labels);
}

export function labelSet(fitted: Conformal, probability: number): LabelSet {
  return {
    positive: 1 - probability <= (conformalThreshold(fitted, 1) ?? Number.POSITIVE_INFINITY),
    negative: probability <= (conformalThreshold(fitted, 0) ?? Number.POSITIVE_INFINITY),
  };
}
