import { checkScores } from '../evaluation/tally-scores.js';
import { logOdds } from './log-odds.js';
import { fitSoftLogistic } from './soft-logistic.js';

/** calibrated log-odds = intercept + slope x log-odds. */
export interface PlattCalibration {
  readonly kind: 'platt';
  readonly slope: number;
  readonly intercept: number;
}

/** Weight of one row or so: holds the line at "as it is" where a handful of rows would throw it about. */
const PULL = 1;

/**
 * Platt's line through the log-odds, with his smoothed targets, pulled towards leaving the probabilities as they are.
 *
 * @param pull - precision of that prior, > 0; 1 unless given.
 * @throws {RangeError} as `evaluateScores` does, and on a pull that is not above 0.
 * @see J. C. Platt, "Probabilistic outputs for support vector machines", 1999.
 */
export function fitPlatt(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  pull: number = PULL,
): PlattCalibration {
  checkScores(probabilities, labels);
  const [intercept, slope] = fitSoftLogistic([Float64Array.from(probabilities, logOdds)], plattTargets(labels), {
    strength: pull,
    towards: [0, 1],
  });
  return { kind: 'platt', slope: slope as number, intercept: intercept as number }; // two weights
}

/** Labels moved inwards as by a uniform prior: (n+ + 1)/(n+ + 2) and 1/(n- + 2). */
function plattTargets(labels: ArrayLike<number>): Float64Array {
  let positives = 0;
  for (let row = 0; row < labels.length; row += 1) positives += Number(labels[row]);
  const [high, low] = [(positives + 1) / (positives + 2), 1 / (labels.length - positives + 2)];
  return Float64Array.from(labels, (label) => (label === 1 ? high : low));
}
