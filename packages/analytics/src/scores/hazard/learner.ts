import { logOdds, probabilityOf } from '../calibration/log-odds.js';
import { fitSoftLogistic, linearPredictor } from '../calibration/soft-logistic.js';

/** A way to learn probabilities, given to the models of this folder. Model is plain JSON, so that theirs are. */
export interface Learner<Model> {
  /**
   * @param columns - shape [columns][rows], finite; there may be no rows.
   * @param targets - shape [rows], each in 0..1.
   */
  fit(columns: readonly Float64Array[], targets: Float64Array): Model;
  /** @param values - one row, shape [columns]. */
  probability(model: Model, values: ArrayLike<number>): number;
}

const STRENGTH = 1;

/**
 * Logistic regression on columns scaled to a standard deviation of 1, its weights pulled towards 0 and its intercept towards the
 * share of the targets, so that few rows, one outcome alone and constant columns all have an answer.
 *
 * @param strength - precision of the pull, > 0; 1 unless given.
 */
export function logisticLearner(strength: number = STRENGTH): Learner<readonly number[]> {
  return {
    fit(columns, targets) {
      const rows = targets.length;
      const share = (targets.reduce((sum, target) => sum + target, 0) + 0.5) / (rows + 1);
      const scales = columns.map((column) => scaleOf(column));
      const scaled = columns.map((column, at) => {
        const { mean, deviation } = scales[at] as Scale; // one for each column
        return column.map((value) => (value - mean) / deviation);
      });
      const towards = [logOdds(share), ...columns.map(() => 0)];
      const [intercept = 0, ...weights] = fitSoftLogistic(scaled, targets, { strength, towards });
      const unscaled = weights.map((weight, at) => weight / (scales[at] as Scale).deviation);
      const shift = unscaled.reduce((sum, weight, at) => sum + weight * (scales[at] as Scale).mean, 0);
      return [intercept - shift, ...unscaled];
    },
    probability: (weights, values) => probabilityOf(linearPredictor(weights, values)),
  };
}

interface Scale {
  readonly mean: number;
  /** Of the population; 1 for a constant column. */
  readonly deviation: number;
}

function scaleOf(column: Float64Array): Scale {
  if (column.length === 0) return { mean: 0, deviation: 1 };
  const mean = column.reduce((sum, value) => sum + value, 0) / column.length;
  const variance = column.reduce((sum, value) => sum + (value - mean) ** 2, 0) / column.length;
  return { mean, deviation: Math.sqrt(variance) || 1 };
}
