import { brierScore } from './brier.js';
import { discrimination } from './discrimination.js';
import { logLoss } from './log-loss.js';
import { calibrationError } from './reliability.js';
import { type ScoreTally, tallyScores } from './tally-scores.js';
import { topShare } from './top-share.js';

/** The figures every model is reported by. */
export interface Evaluation {
  /** null where only one outcome is there, as `ks`. */
  readonly auc: number | null;
  /** Nats a row. */
  readonly logLoss: number;
  readonly brier: number;
  /** Expected calibration error over ten bins of equal mass. */
  readonly ece: number;
  readonly ks: number | null;
  /** Share of positives in the best-scored tenth. */
  readonly precision10: number;
  /** The same over the share of positives in all; null without positives. */
  readonly lift10: number | null;
}

export type Figure = keyof Evaluation;

/** Which way each figure is better: 1 when larger. */
export const FIGURES: Readonly<Record<Figure, 1 | -1>> = {
  auc: 1,
  logLoss: -1,
  brier: -1,
  ece: -1,
  ks: 1,
  precision10: 1,
  lift10: 1,
};

export const FIGURE_NAMES = Object.keys(FIGURES) as readonly Figure[]; // the keys of the record above

/**
 * @param probabilities - of the positive outcome, shape [rows], in 0..1.
 * @param labels - zeros and ones, shape [rows].
 * @throws {RangeError} when there are no rows, the shapes differ, or a value is not a probability or a label.
 */
export function evaluateScores(probabilities: ArrayLike<number>, labels: ArrayLike<number>): Evaluation {
  return evaluateTally(tallyScores(probabilities, labels));
}

export function evaluateTally(tally: ScoreTally): Evaluation {
  const ranks = discrimination(tally);
  const top = topShare(tally, 0.1);
  return {
    auc: ranks?.auc ?? null,
    logLoss: logLoss(tally),
    brier: brierScore(tally),
    ece: calibrationError(tally),
    ks: ranks?.ks ?? null,
    precision10: top.precision,
    lift10: top.lift,
  };
}
