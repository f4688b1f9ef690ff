import { addToMean, newRunningMean, type RunningMean } from '../../stats/index.js';

/** What a series is usually like at each hour of the week: three levels, the finer shrunk to the coarser. Plain data. */
export interface SeasonalBaseline {
  readonly overall: RunningMean;
  /** Shape [24], hours of a day, UTC. */
  readonly hourOfDay: readonly RunningMean[];
  /** Shape [168], hours since Thursday 00:00 UTC, the day of the epoch. */
  readonly hourOfWeek: readonly RunningMean[];
}

const HOUR_MS = 3_600_000;
const HOURS_OF_DAY = 24;
const HOURS_OF_WEEK = 168;
/** Rows each mean remembers. */
const OVERALL_SPAN = 2_000;
const HOUR_OF_DAY_SPAN = 200;
const HOUR_OF_WEEK_SPAN = 100;
/** So many rows of its own an hour must have to weigh as much as the coarser level does. */
const DAY_PRIOR_ROWS = 2;
const WEEK_PRIOR_ROWS = 20;

export function newSeasonalBaseline(): SeasonalBaseline {
  return {
    overall: newRunningMean(),
    hourOfDay: Array.from({ length: HOURS_OF_DAY }, newRunningMean),
    hourOfWeek: Array.from({ length: HOURS_OF_WEEK }, newRunningMean),
  };
}

/** Rows the baseline of this hour stands on. */
export function baselineRows(baseline: SeasonalBaseline): number {
  return baseline.overall.count;
}

/**
 * What the baseline expects at a time, (n_h own + k coarser) / (n_h + k) at both levels.
 *
 * @returns 0 before the first row.
 */
export function expectedAt(baseline: SeasonalBaseline, atMs: number): number {
  const day = shrunk(baseline.hourOfDay[slot(atMs, HOURS_OF_DAY)], baseline.overall.mean, DAY_PRIOR_ROWS);
  return shrunk(baseline.hourOfWeek[slot(atMs, HOURS_OF_WEEK)], day, WEEK_PRIOR_ROWS);
}

/** Takes one row in. Order of time does not matter: each row goes to its own hour. */
export function addToBaseline(baseline: SeasonalBaseline, atMs: number, value: number): void {
  addToMean(baseline.overall, value, OVERALL_SPAN);
  const day = baseline.hourOfDay[slot(atMs, HOURS_OF_DAY)];
  const week = baseline.hourOfWeek[slot(atMs, HOURS_OF_WEEK)];
  if (day) addToMean(day, value, HOUR_OF_DAY_SPAN);
  if (week) addToMean(week, value, HOUR_OF_WEEK_SPAN);
}

function shrunk(own: RunningMean | undefined, coarser: number, priorRows: number): number {
  if (!own) return coarser;
  return (coarser * priorRows + own.mean * own.count) / (priorRows + own.count);
}

/** Times before 1970 have hours too. */
function slot(atMs: number, slots: number): number {
  const hour = Math.floor(atMs / HOUR_MS) % slots;
  return hour < 0 ? hour + slots : hour;
}
