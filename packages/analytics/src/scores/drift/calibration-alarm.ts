import { logOdds, probabilityOf } from '../calibration/log-odds.js';

export interface CalibrationAlarmOptions {
  /** Rows between two false alarms, on average, at the least, as long as the probabilities are right; 10,000 unless given. */
  readonly rowsPerFalseAlarm?: number;
}

/** What a model could have said instead: log-odds x slope + shift. */
export interface Alternative {
  readonly shift: number;
  readonly slope: number;
}

export interface CalibrationAlarm {
  /**
   * @param probability - as served; label - what happened.
   * @returns whether the alarm is on; it stays on until `reset`.
   */
  observe(probability: number, label: number): boolean;
  /** Evidence against the probabilities, in multiples of what one row is worth; the alarm is on from rowsPerFalseAlarm. */
  evidence(): number;
  /** Which alternative explains the outcomes best: shift above 0 says that more happens than was said. */
  suspect(): Alternative;
  reset(): void;
}

const ROWS_PER_FALSE_ALARM = 10_000;
/** Odds 1.3, 2, 3.5 and 6 times as high or low; scores twice or half as bold. */
const SHIFTS = [-1.8, -1.25, -0.7, -0.25, 0.25, 0.7, 1.25, 1.8];
const SLOPES = [0.5, 0.75, 1.5];

/**
 * Watches served probabilities for the day they stop being right. Each alternative bets against them, row by row, by likelihood
 * ratio; the mean over alternatives of the Shiryaev-Roberts sums R <- (1 + R) ratio grows by one a row on average while the
 * probabilities are right, so it reaches N after N rows on average at the earliest: no assumption about the scores, no window to
 * choose, as often looked at as one likes.
 *
 * @throws {RangeError} when rowsPerFalseAlarm is not above 1.
 * @see J. Shin, A. Ramdas, A. Rinaldo, "E-detectors", New England J. Statistics in Data Science 2 (2024).
 */
export function createCalibrationAlarm(options: CalibrationAlarmOptions = {}): CalibrationAlarm {
  const { rowsPerFalseAlarm = ROWS_PER_FALSE_ALARM } = options;
  if (!(rowsPerFalseAlarm > 1)) throw new RangeError(`rowsPerFalseAlarm must be above 1, got ${rowsPerFalseAlarm}`);
  const alternatives: readonly Alternative[] = [
    ...SHIFTS.map((shift) => ({ shift, slope: 1 })),
    ...SLOPES.map((slope) => ({ shift: 0, slope })),
  ];
  const sums = new Float64Array(alternatives.length);
  let on = false;
  const evidence = (): number => sums.reduce((total, sum) => total + sum, 0) / sums.length;
  return {
    observe(probability, label) {
      const odds = logOdds(probability);
      const said = label === 1 ? probabilityOf(odds) : 1 - probabilityOf(odds);
      for (const [at, { shift, slope }] of alternatives.entries()) {
        const other = probabilityOf(odds * slope + shift);
        // Held: years of outcomes against the model must not end in Infinity.
        sums[at] = Math.min(1e300, ((1 + (sums[at] as number)) * (label === 1 ? other : 1 - other)) / said);
      }
      on ||= evidence() >= rowsPerFalseAlarm;
      return on;
    },
    evidence,
    suspect: () => alternatives[sums.indexOf(Math.max(...sums))] as Alternative, // the largest of them is one of them
    reset() {
      sums.fill(0);
      on = false;
    },
  };
}
