import { NAB_PROFILES, type NabProfile, type PerProfile } from './profiles.js';
import type { WeighedRows } from './weigh-rows.js';

/**
 * The one threshold over all series under which a profile gives most, of all scores that occur, for each profile.
 *
 * @returns a threshold above every score when each alarm would cost more than it earns; of equals the highest.
 */
export function bestThresholds(series: readonly WeighedRows[]): PerProfile {
  const rows = rowsByScore(series);
  return {
    standard: bestThreshold(rows, NAB_PROFILES.standard),
    lowFp: bestThreshold(rows, NAB_PROFILES.lowFp),
    lowFn: bestThreshold(rows, NAB_PROFILES.lowFn),
  };
}

interface RankedRow {
  readonly score: number;
  /** Of all series, or -1. */
  readonly window: number;
  readonly worth: number;
}

function rowsByScore(series: readonly WeighedRows[]): RankedRow[] {
  const rows: RankedRow[] = [];
  let windowsBefore = 0;
  for (const one of series) {
    for (const [i, score] of one.scores.entries()) {
      const window = one.windowOf[i] ?? -1;
      rows.push({ score, window: window < 0 ? -1 : windowsBefore + window, worth: one.worth[i] ?? 0 });
    }
    windowsBefore += one.windowCount;
  }
  return rows.sort((a, b) => b.score - a.score);
}

function bestThreshold(rows: readonly RankedRow[], profile: NabProfile): number {
  const best = new Map<number, number>();
  let [points, most, threshold] = [0, 0, Number.MAX_VALUE];
  for (const [i, row] of rows.entries()) {
    if (row.window < 0) points += row.worth * profile.fp;
    else points += gain(best, row, profile);
    if (points > most && rows[i + 1]?.score !== row.score) [most, threshold] = [points, row.score];
  }
  return threshold;
}

/** The first alarm of a window also spares the cost of missing it. */
function gain(best: Map<number, number>, { window, worth }: RankedRow, profile: NabProfile): number {
  const before = best.get(window);
  if (before !== undefined && before >= worth) return 0;
  best.set(window, worth);
  return before === undefined ? worth * profile.tp + profile.fn : (worth - before) * profile.tp;
}
