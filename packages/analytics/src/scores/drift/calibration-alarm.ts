import { logOdds, probabilityOf } from '../calibration/log-odds.js';
import { createEvidenceSums } from './evidence-sums.js';

export interface CalibrationAlarmOptions {
  /** Rows between two false alarms, on average, at the least, as long as the probabilities are right; 10,000 unless given. */
  readonly rowsPerFalseAlarm?: number;
  /** Ways of being too bold or too timid that are watched for; half, three quarters and one and a half times unless given. */
  readonly slopes?: readonly number[];
}

/** What a model could have said instead: log-odds x slope + shift. */
export interface Alternative {
  readonly shift: number;
  readonly slope: number;
}

/** What was said of a row, and what happened. */
export interface ServedOutcome {
  readonly probability: number;
  readonly label: number;
}

export interface CalibrationAlarm {
  /**
   * @param probability - as served; label - what happened.
   * @returns whether the alarm is on; it stays on until `reset`.
   */
  observe(probability: number, label: number): boolean;
  /** Rows that share their fate, however closely: together they are worth one. */
  observeTogether(rows: readonly ServedOutcome[]): boolean;
  /** Evidence against the probabilities, in multiples of what one row is worth; the alarm is on from rowsPerFalseAlarm. */
  evidence(): number;
  /** Which alternative explains the outcomes best: shift above 0 says that more happens than was said. */
  suspect(): Alternative;
  /** So many observations, the latest, carry nearly all that speaks for it; 2,000 at the most. */
  since(): number;
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
 * choose, as often looked at as one likes. Of rows that are observed together the mean ratio counts, which is 1 on average
 * however they hang together.
 *
 * @throws {RangeError} when rowsPerFalseAlarm is not above 1.
 * @see J. Shin, A. Ramdas, A. Rinaldo, "E-detectors", New England J. Statistics in Data Science 2 (2024).
 */
export function createCalibrationAlarm(options: CalibrationAlarmOptions = {}): CalibrationAlarm {
  const { rowsPerFalseAlarm = ROWS_PER_FALSE_ALARM, slopes = SLOPES } = options;
  if (!(rowsPerFalseAlarm > 1)) throw new RangeError(`rowsPerFalseAlarm must be above 1, got ${rowsPerFalseAlarm}`);
  const alternatives: readonly Alternative[] = [
    ...SHIFTS.map((shift) => ({ shift, slope: 1 })),
    ...slopes.map((slope) => ({ shift: 0, slope })),
  ];
  const sums = createEvidenceSums(alternatives.length);
  let on = false;

  function observeTogether(rows: readonly ServedOutcome[]): boolean {
    const ratioOfRows = (other: Alternative) => rows.reduce((sum, row) => sum + ratioOf(row, other), 0) / rows.length;
    sums.add(alternatives.map(ratioOfRows));
    on ||= sums.evidence() >= rowsPerFalseAlarm;
    return on;
  }

  return {
    observe: (probability, label) => observeTogether([{ probability, label }]),
    observeTogether,
    evidence: sums.evidence,
    suspect: () => alternatives[sums.best()] as Alternative, // the largest of them is one of them
    since: sums.since,
    reset() {
      sums.reset();
      on = false;
    },
  };
}

/** How much likelier what happened was than said, had the alternative been true. */
function ratioOf({ probability, label }: ServedOutcome, { shift, slope }: Alternative): number {
  const odds = logOdds(probability);
  const [said, other] = [probabilityOf(odds), probabilityOf(odds * slope + shift)];
  return label === 1 ? other / said : (1 - other) / (1 - said);
}
