import { calibrate } from './calibration.js';
import { fitPlatt, type PlattCalibration } from './platt.js';

export interface OnlineCalibratorOptions {
  /** Newest predictions with a known outcome that the line is drawn through; 2,000 unless given. */
  readonly window?: number;
  /** The line is drawn again after as many outcomes; 50 unless given. */
  readonly every?: number;
}

/** Follows the world between two trainings: Platt's line through the newest predictions whose outcome is known. */
export interface OnlineCalibrator {
  /** As of what has been observed. */
  calibrate(probability: number): number;
  /** @param probability - as the model gave it, before calibration. */
  observe(probability: number, label: number): void;
  /** The line in force; null as long as it is the identity. */
  current(): PlattCalibration | null;
}

/** What `OnlineCalibratorOptions` are unless given. */
export const ONLINE_WINDOW = 2000;
export const ONLINE_EVERY = 50;

/** @throws {RangeError} when window or every is not a whole number >= 1. */
export function createOnlineCalibrator(options: OnlineCalibratorOptions = {}): OnlineCalibrator {
  const { window = ONLINE_WINDOW, every = ONLINE_EVERY } = options;
  if (!(Number.isInteger(window) && window >= 1 && Number.isInteger(every) && every >= 1)) {
    throw new RangeError(`window and every are whole numbers from 1, got ${window} and ${every}`);
  }
  const probabilities = new Float64Array(window);
  const labels = new Uint8Array(window);
  let seen = 0;
  let line: PlattCalibration | null = null;
  return {
    calibrate: (probability) => (line ? calibrate(line, probability) : probability),
    observe(probability, label) {
      probabilities[seen % window] = probability;
      labels[seen % window] = label;
      seen += 1;
      if (seen % every !== 0) return;
      const kept = Math.min(seen, window);
      line = fitPlatt(probabilities.subarray(0, kept), labels.subarray(0, kept));
    },
    current: () => line,
  };
}
