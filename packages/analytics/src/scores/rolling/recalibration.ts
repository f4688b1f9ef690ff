import { ONLINE_EVERY, ONLINE_WINDOW } from '../calibration/online-calibrator.js';
import { fitPlatt, type PlattCalibration } from '../calibration/platt.js';
import type { SeenOutcome } from './seen-outcome.js';

/** Platt's line: recalibrated log-odds = intercept + slope x log-odds. */
export type RecalibrationLine = Pick<PlattCalibration, 'intercept' | 'slope'>;

/** What became of the last orders, as lines that what a model says is drawn to. */
export interface Recalibration {
  /** So many orders were looked at. */
  readonly outcomes: number;
  readonly any: RecalibrationLine;
  readonly full: RecalibrationLine;
}

/** As many outcomes of a side are kept as the next line may need, and half as many again for rivals to be judged by. */
const KEPT = 3_000;

/**
 * The lines that `createOnlineCalibrator` would have come to, of both targets: the outcomes alone decide them, so that they are the
 * same after a new start.
 *
 * @param outcomes - of one side, in order of time.
 * @returns null as long as there are too few: the model is taken at its word.
 */
export function recalibrationOf(outcomes: readonly SeenOutcome[]): Recalibration | null {
  const until = outcomes.length - (outcomes.length % ONLINE_EVERY);
  const window = outcomes.slice(Math.max(0, until - ONLINE_WINDOW), until);
  if (window.length === 0) return null;
  const line = (target: 'any' | 'full'): RecalibrationLine => {
    const { intercept, slope } = fitPlatt(
      window.map(({ said }) => said[target]),
      window.map((outcome) => outcome[target]),
    );
    return { intercept, slope };
  };
  return { outcomes: window.length, any: line('any'), full: line('full') };
}

/** The newest, cut so that the lines of what is left are the same. */
export function keepNewest(outcomes: readonly SeenOutcome[]): readonly SeenOutcome[] {
  const over = Math.max(0, outcomes.length - KEPT);
  return outcomes.slice(over - (over % ONLINE_EVERY));
}
