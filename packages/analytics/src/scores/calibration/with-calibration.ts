import { type Calibration, type CalibrationMethod, calibrate, fitCalibration } from './calibration.js';
import type { FitRows } from './fit-rows.js';
import { outOfFold } from './out-of-fold.js';

export interface CalibrationOptions {
  readonly method: CalibrationMethod;
  /** Zeros and ones of all rows, by row number. */
  readonly labels: ArrayLike<number>;
  /** 5 unless given. */
  readonly folds?: number;
  /** Told the calibration that was found, to be kept beside the model. */
  readonly onCalibration?: (calibration: Calibration) => void;
}

/**
 * A model with its calibration as one model: the calibration is learnt from out-of-fold probabilities of the training rows, the
 * model itself from all of them. Costs folds + 1 trainings.
 */
export function withCalibration(fit: FitRows, options: CalibrationOptions): FitRows {
  const { method, labels, folds = 5, onCalibration } = options;
  return (train) => {
    const outcomes = Float64Array.from(train, (row) => Number(labels[row]));
    const calibration = fitCalibration(method, outOfFold(train, folds, fit), outcomes);
    onCalibration?.(calibration);
    const predict = fit(train);
    return (rows) => Float64Array.from(predict(rows), (probability) => calibrate(calibration, probability));
  };
}
