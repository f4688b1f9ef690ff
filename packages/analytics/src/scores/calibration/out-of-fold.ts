import type { FitRows } from './fit-rows.js';

/**
 * A probability for each row from a model that did not see it: the row at place i belongs to fold i mod folds, the model learns
 * from all other folds. Give it a calibrated model (`withCalibration`) and the whole is nested: the row took part neither in the
 * model nor in the calibration that scored it.
 *
 * @param rows - numbers of the rows, in their order.
 * @returns shape [rows], in that order.
 * @throws {RangeError} when there are fewer than two folds, or fewer rows than folds.
 */
export function outOfFold(rows: Int32Array, folds: number, fit: FitRows): Float64Array {
  if (!Number.isInteger(folds) || folds < 2) throw new RangeError(`it takes two folds or more, got ${folds}`);
  if (rows.length < folds) throw new RangeError(`${rows.length} rows are too few for ${folds} folds: give fewer folds`);
  const probabilities = new Float64Array(rows.length);
  for (let fold = 0; fold < folds; fold += 1) {
    const held = rows.filter((_, place) => place % folds === fold);
    const predicted = fit(rows.filter((_, place) => place % folds !== fold))(held);
    for (let i = 0; i < held.length; i += 1) probabilities[fold + i * folds] = Number(predicted[i]);
  }
  return probabilities;
}
