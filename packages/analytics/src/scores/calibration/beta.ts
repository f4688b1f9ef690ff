import { checkScores } from '../evaluation/tally-scores.js';
import { holdProbability } from './log-odds.js';
import { fitSoftLogistic } from './soft-logistic.js';

/** calibrated log-odds = intercept + a ln p - b ln(1 - p), a and b >= 0 so that the order stays. */
export interface BetaCalibration {
  readonly kind: 'beta';
  readonly a: number;
  readonly b: number;
  readonly intercept: number;
}

const PULL = 1;

/**
 * Beta calibration: more bends than Platt's line, the identity among its curves (a = b = 1, intercept 0), towards which it is
 * pulled. Where the rows ask for a or b below 0, that one is left out.
 *
 * @param pull - precision of the prior, > 0; 1 unless given.
 * @throws {RangeError} as `evaluateScores` does, and on a pull that is not above 0.
 * @see M. Kull, T. Silva Filho, P. Flach, AISTATS 2017 (PMLR 54).
 */
export function fitBeta(
  probabilities: ArrayLike<number>,
  labels: ArrayLike<number>,
  pull: number = PULL,
): BetaCalibration {
  checkScores(probabilities, labels);
  const rising = Float64Array.from(probabilities, (probability) => Math.log(holdProbability(probability)));
  const falling = Float64Array.from(probabilities, (probability) => -Math.log(1 - holdProbability(probability)));
  const fit = (columns: Float64Array[]): Float64Array =>
    fitSoftLogistic(columns, labels, { strength: pull, towards: [0, ...columns.map(() => 1)] });
  const [intercept, a, b] = Array.from(fit([rising, falling])) as [number, number, number]; // two columns
  if (a >= 0 && b >= 0) return { kind: 'beta', a, b, intercept };
  const kept = a < 0 ? falling : rising;
  const [shift, weight] = Array.from(fit([kept])) as [number, number]; // one column
  const held = Math.max(0, weight);
  return { kind: 'beta', a: a < 0 ? 0 : held, b: a < 0 ? held : 0, intercept: shift };
}
