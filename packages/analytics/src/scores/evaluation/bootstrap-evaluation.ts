import { quantileOfSorted } from '../../stats/moments.js';
import { type Evaluation, evaluateTally, FIGURE_NAMES, type Figure } from './evaluate-scores.js';
import { type BootstrapOptions, resampleRows } from './resample.js';
import { tallyAgain, tallyScores } from './tally-scores.js';

export interface FigureInterval {
  readonly estimate: number;
  readonly low: number;
  readonly high: number;
}

/** null for a figure that these rows do not have. */
export type EvaluationIntervals = Readonly<Record<Figure, FigureInterval | null>>;

/**
 * Percentile intervals of all figures from the same resamples, O(rows) each. Resamples without one of the outcomes are left
 * out of the figures that need both. The ECE of a resample is larger than that of the rows (drawing adds noise of its own), so
 * its interval leans upwards and may lie above the estimate: read it as an upper bound.
 *
 * @throws {RangeError} as `evaluateScores` and `resampleRows` do.
 */
export function bootstrapEvaluation(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: BootstrapOptions,
): EvaluationIntervals {
  const ranked = tallyScores(probabilities, labels);
  const drawn: Evaluation[] = [];
  const level = resampleRows(labels.length, options, (counts) => {
    drawn.push(evaluateTally(tallyAgain(ranked, labels, counts)));
  });
  const estimates = evaluateTally(ranked);
  return forEachFigure((figure) => {
    const estimate = estimates[figure];
    const values = drawn.map((evaluation) => evaluation[figure]).filter((value) => value !== null);
    if (estimate === null || values.length === 0) return null;
    return { estimate, ...centralInterval(values, level) };
  });
}

/** One entry a figure. */
export function forEachFigure<T>(entry: (figure: Figure) => T): Record<Figure, T> {
  return Object.fromEntries(FIGURE_NAMES.map((figure) => [figure, entry(figure)])) as Record<Figure, T>; // all names
}

export function centralInterval(values: readonly number[], level: number): { low: number; high: number } {
  const sorted = Float64Array.from(values).sort();
  return { low: quantileOfSorted(sorted, (1 - level) / 2), high: quantileOfSorted(sorted, (1 + level) / 2) };
}
