import { addToMean, logNegativeBinomialTail, newRunningMean, type RunningMean } from '../../stats/index.js';
import { addToBaseline, expectedAt, newSeasonalBaseline, type SeasonalBaseline } from './seasonal-baseline.js';

/** What counts in windows of one length are like at each hour of the week, and how widely they spread. Plain data. */
export interface CountBaseline {
  readonly seasonal: SeasonalBaseline;
  /** Mean of (count - expected)^2 - expected: what varies beyond Poisson. */
  readonly beyondPoisson: RunningMean;
  /** Mean of expected^2, to put the former in proportion. */
  readonly expectedSquare: RunningMean;
}

export interface CountVerdict {
  /** -ln P(so many or more); 0 while fewer than {@link COUNT_WINDOWS_LEAST} windows are known. */
  readonly surprise: number;
  readonly expected: number;
  /** Windows the baseline stands on, those it remembers. */
  readonly windows: number;
  /** Of the negative binomial: variance = expected + expected^2 / size. */
  readonly size: number;
}

/** A day of hours, or half an hour of minutes: below, nothing is said. */
export const COUNT_WINDOWS_LEAST = 24;
const SPREAD_SPAN = 1_000;
/** One window of a surge adds at most so many expected variances to the spread: a surge must not hide the next. */
const SPREAD_CLIP = 25;
/** Pseudo-counts: an hour never seen busy is expected to have this many, so that two in a row are no alarm. */
const EXPECTED_LEAST = 0.5;

export function newCountBaseline(): CountBaseline {
  return { seasonal: newSeasonalBaseline(), beyondPoisson: newRunningMean(), expectedSquare: newRunningMean() };
}

/**
 * How surprising a count is against the same hour of other weeks, under a negative binomial whose spread is learnt. It does
 * not take the count in: a window is judged while it fills, and learnt once.
 *
 * @param count - whole, >= 0; anything else has surprise 0.
 */
export function judgeCount(baseline: CountBaseline, atMs: number, count: number): CountVerdict {
  const windows = baseline.seasonal.overall.count;
  const expected = Math.max(EXPECTED_LEAST, expectedAt(baseline.seasonal, atMs));
  const dispersion = baseline.beyondPoisson.mean / Math.max(baseline.expectedSquare.mean, EXPECTED_LEAST ** 2);
  const size = dispersion > 0 ? 1 / dispersion : Number.POSITIVE_INFINITY;
  const tail = windows < COUNT_WINDOWS_LEAST ? 0 : logNegativeBinomialTail(count, expected, size);
  return { surprise: Number.isNaN(tail) ? 0 : -tail + 0, expected, windows, size };
}

/** Takes one full window in. */
export function learnCount(baseline: CountBaseline, atMs: number, count: number): void {
  if (!Number.isInteger(count) || count < 0 || !Number.isFinite(atMs)) return;
  if (baseline.seasonal.overall.count >= COUNT_WINDOWS_LEAST) {
    const expected = Math.max(EXPECTED_LEAST, expectedAt(baseline.seasonal, atMs));
    const square = Math.min(
      (count - expected) ** 2,
      SPREAD_CLIP * (expected + Math.max(0, baseline.beyondPoisson.mean)),
    );
    addToMean(baseline.beyondPoisson, square - expected, SPREAD_SPAN);
    addToMean(baseline.expectedSquare, expected ** 2, SPREAD_SPAN);
  }
  addToBaseline(baseline.seasonal, atMs, count);
}
