import type { NabProfile } from './profiles.js';
import type { WeighedRows } from './weigh-rows.js';

/** Points of some series under one profile; those of more series add up. */
export interface NabPoints {
  readonly raw: number;
  readonly windowCount: number;
}

/** Adds up what the alarms (score >= threshold) of a series earn and cost: of a window the best alarm counts, once. */
export function nabPoints(series: WeighedRows, profile: NabProfile, threshold: number): NabPoints {
  const best = new Map<number, number>();
  let raw = 0;
  for (const [i, score] of series.scores.entries()) {
    if (score < threshold) continue;
    const window = series.windowOf[i] ?? -1;
    const worth = series.worth[i] ?? 0;
    if (window < 0) raw += worth * profile.fp;
    else best.set(window, Math.max(best.get(window) ?? 0, worth));
  }
  for (const worth of best.values()) raw += worth * profile.tp;
  return { raw: raw - (series.windowCount - best.size) * profile.fn, windowCount: series.windowCount };
}

/**
 * 0 is a detector that never raises an alarm, 100 one that raises exactly one at the start of each window; below 0 there is
 * no end.
 *
 * @returns absent where nothing is labelled: there is nothing to be found.
 */
export function nabResult(points: readonly NabPoints[], profile: NabProfile): number | undefined {
  let raw = 0;
  let windows = 0;
  for (const one of points) {
    raw += one.raw;
    windows += one.windowCount;
  }
  return windows === 0 ? undefined : (100 * (raw + windows * profile.fn)) / (windows * (profile.tp + profile.fn));
}
