import { type FitRows, rowNumbers } from '../calibration/fit-rows.js';
import { createOnlineCalibrator, type OnlineCalibratorOptions } from '../calibration/online-calibrator.js';

export interface RollingOptions {
  /** Zeros and ones of all rows in order of time, shape [rows]. */
  readonly labels: ArrayLike<number>;
  /** Rows 0..start-1 are history: learnt from, not scored. */
  readonly start: number;
  /** The model is trained anew, on all rows whose outcome is known, before each so many rows; 500 unless given. */
  readonly every?: number;
  /** Rows that pass before an outcome is known; 0 unless given: it is known before the next row comes. */
  readonly outcomeDelay?: number;
  /** Online recalibration between trainings; the defaults of `createOnlineCalibrator` unless given. */
  readonly recalibration?: OnlineCalibratorOptions;
}

export interface RollingScores {
  /** Of rows start.. in order, as the model of the time gave it; shape [rows - start]. */
  readonly raw: Float64Array;
  /** The same, recalibrated by outcomes known by then: what would have been served. */
  readonly served: Float64Array;
  /** Outcomes of the scored rows. */
  readonly labels: Uint8Array;
  readonly refits: number;
}

const REFIT_EVERY = 500;

/**
 * Scores each row before anything learns from it, as it would have been served: the only honest figure for data in order of
 * time.
 *
 * @param fit - trains on rows by their number; only rows with known outcomes are asked for.
 * @throws {RangeError} when there is no history to start from, or every or outcomeDelay is no whole number in range.
 * @see J. Gama, R. Sebastiao, P. Rodrigues, Machine Learning 90 (2013) 317-346 (prequential evaluation).
 */
export function testThenTrain(fit: FitRows, options: RollingOptions): RollingScores {
  const { start, every = REFIT_EVERY, outcomeDelay = 0, recalibration } = options;
  checkOptions(start, every, outcomeDelay, options.labels.length);
  const end = options.labels.length;
  const labelOf = (row: number): number => Number(options.labels[row]);
  const raw = new Float64Array(end - start);
  const served = new Float64Array(end - start);
  const calibrator = createOnlineCalibrator(recalibration);
  let refits = 0;
  for (let from = start; from < end; from += every) {
    const rows = rowNumbers(from, Math.min(end, from + every));
    raw.set(fit(rowNumbers(0, from - outcomeDelay))(rows), from - start);
    refits += 1;
    for (const row of rows) {
      const known = row - 1 - outcomeDelay;
      if (known >= start) calibrator.observe(raw[known - start] as number, labelOf(known)); // scored before
      served[row - start] = calibrator.calibrate(raw[row - start] as number);
    }
  }
  return { raw, served, labels: Uint8Array.from(rowNumbers(start, end), labelOf), refits };
}

function checkOptions(start: number, every: number, outcomeDelay: number, rows: number): void {
  if (!(Number.isInteger(every) && every >= 1))
    throw new RangeError(`every must be a whole number from 1, got ${every}`);
  if (!(Number.isInteger(outcomeDelay) && outcomeDelay >= 0)) {
    throw new RangeError(`outcomeDelay must be a whole number from 0, got ${outcomeDelay}`);
  }
  if (!(Number.isInteger(start) && start > outcomeDelay && start < rows)) {
    throw new RangeError(`start must leave known history before and rows behind: got ${start} of ${rows} rows`);
  }
}
