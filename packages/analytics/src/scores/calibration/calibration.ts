import { type BetaCalibration, fitBeta } from './beta.js';
import { fitIsotonic, type IsotonicCalibration, isotonicValue } from './isotonic.js';
import { holdProbability, logOdds, probabilityOf } from './log-odds.js';
import { fitPlatt, type PlattCalibration } from './platt.js';

/** What was learnt about a model's probabilities; plain JSON, kept beside the model. */
export type Calibration = PlattCalibration | BetaCalibration | IsotonicCalibration;
export type CalibrationMethod = Calibration['kind'];

/**
 * @param probabilities - of rows that the model did not learn from, shape [rows].
 * @param labels - zeros and ones, shape [rows].
 * @throws {RangeError} as `evaluateScores` does.
 */
export function fitCalibration(
  method: CalibrationMethod,
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
): Calibration {
  switch (method) {
    case 'platt':
      return fitPlatt(probabilities, labels);
    case 'beta':
      return fitBeta(probabilities, labels);
    case 'isotonic':
      return fitIsotonic(probabilities, labels);
  }
}

/** @param probability - as the model gives it, in 0..1. */
export function calibrate(calibration: Calibration, probability: number): number {
  switch (calibration.kind) {
    case 'platt':
      return probabilityOf(calibration.intercept + calibration.slope * logOdds(probability));
    case 'beta': {
      const held = holdProbability(probability);
      return probabilityOf(calibration.intercept + calibration.a * Math.log(held) - calibration.b * Math.log(1 - held));
    }
    case 'isotonic':
      return isotonicValue(calibration, probability);
  }
}
