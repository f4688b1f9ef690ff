import { addToMean, newRunningMean, type RunningMean } from '../../stats/index.js';

/** The range a series has kept so far. Plain data. */
export interface SeenRange {
  count: number;
  least: number;
  most: number;
  readonly level: RunningMean;
  /** Mean square distance from the level. */
  readonly square: RunningMean;
}

const SPAN = 1_000;
/** Rows before the first verdict: the first rows of any series are all extremes. */
const WARM_UP = 50;
/** What a step beyond the range is worth at least, nats: about one in twenty, were it the first of its kind. */
const BASE = 3;
/** How a step grows with its size in standard deviations, by its logarithm: no end, but no single row decides alone. */
const PER_LOG_SD = 3;
const TINY = 1e-9;
/** Steps below this share of the value are rounding. */
const ROUNDING = 1e-9;

export function newSeenRange(): SeenRange {
  return { count: 0, least: 0, most: 0, level: newRunningMean(), square: newRunningMean() };
}

/**
 * Scores a value beyond all before it, then takes it in.
 *
 * @returns 0 within the range, else 3 + 3 ln(1 + distance / sd).
 */
export function newExtreme(seen: SeenRange, value: number): number {
  const beyond = Math.max(value - seen.most, seen.least - value);
  const score =
    seen.count > WARM_UP && beyond > ROUNDING * Math.abs(value)
      ? BASE + PER_LOG_SD * Math.log1p(beyond / (Math.sqrt(seen.square.mean) + TINY))
      : 0;
  if (seen.count > 0) addToMean(seen.square, (value - seen.level.mean) ** 2, SPAN);
  addToMean(seen.level, value, SPAN);
  seen.least = seen.count === 0 ? value : Math.min(seen.least, value);
  seen.most = seen.count === 0 ? value : Math.max(seen.most, value);
  seen.count++;
  return score;
}
