import { centralInterval, forEachFigure } from './bootstrap-evaluation.js';
import { type Evaluation, evaluateTally, FIGURES, type Figure } from './evaluate-scores.js';
import { type BootstrapOptions, resampleRows } from './resample.js';
import { tallyAgain, tallyScores } from './tally-scores.js';

export interface FigureComparison {
  /** First model less second. */
  readonly difference: number;
  readonly low: number;
  readonly high: number;
  /** Two-sided: how often a difference this sure arises between equals. Never 0: (hits + 1) / (resamples + 1). */
  readonly pValue: number;
  /** Of the first model; `undecided` while the interval holds 0. */
  readonly verdict: 'better' | 'worse' | 'undecided';
}

/** null for a figure that these rows do not have. */
export type ModelComparison = Readonly<Record<Figure, FigureComparison | null>>;

/**
 * Whether one model is better than another beyond chance: both are measured on the same resamples of the same rows (paired), so
 * that what makes rows hard for both cancels out. The rows must be new to both models.
 *
 * @param first - probabilities of the model in question, shape [rows].
 * @param second - of the one it is held against.
 * @throws {RangeError} as `evaluateScores` and `resampleRows` do.
 */
export function compareModels(
  first: ArrayLike<number>,
  second: ArrayLike<number>,
  labels: ArrayLike<number>,
  options: BootstrapOptions,
): ModelComparison {
  const [mine, other] = [tallyScores(first, labels), tallyScores(second, labels)];
  const drawn: { readonly mine: Evaluation; readonly other: Evaluation }[] = [];
  const level = resampleRows(labels.length, options, (counts) => {
    drawn.push({
      mine: evaluateTally(tallyAgain(mine, labels, counts)),
      other: evaluateTally(tallyAgain(other, labels, counts)),
    });
  });
  const whole = { mine: evaluateTally(mine), other: evaluateTally(other) };
  return forEachFigure((figure) => {
    const difference = differenceIn(figure, whole);
    const differences = drawn.map((pair) => differenceIn(figure, pair)).filter((value) => value !== null);
    if (difference === null || differences.length === 0) return null;
    const { low, high } = centralInterval(differences, level);
    return { difference, low, high, pValue: twoSided(differences), verdict: verdictOf(figure, low, high) };
  });
}

function differenceIn(figure: Figure, pair: { mine: Evaluation; other: Evaluation }): number | null {
  const [mine, other] = [pair.mine[figure], pair.other[figure]];
  return mine === null || other === null ? null : mine - other;
}

export function twoSided(differences: readonly number[]): number {
  const below = differences.filter((value) => value <= 0).length;
  const above = differences.filter((value) => value >= 0).length;
  return Math.min(1, (2 * (Math.min(below, above) + 1)) / (differences.length + 1));
}

export function verdictOf(figure: Figure, low: number, high: number): FigureComparison['verdict'] {
  if (low <= 0 && high >= 0) return 'undecided';
  return low > 0 === FIGURES[figure] > 0 ? 'better' : 'worse';
}
