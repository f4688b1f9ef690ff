import type { LabelWindow } from './label-windows.js';

/** What an alarm at each row of one series is worth, before any profile. */
export interface WeighedRows {
  /** A score for each row that counts, in their order. */
  readonly scores: readonly number[];
  /** The window each of them lies in, or -1. */
  readonly windowOf: readonly number[];
  /** In a window the share of its full reward, 0..1; outside the share of the full cost, -1..0. */
  readonly worth: readonly number[];
  readonly windowCount: number;
}

/** No detector is judged while it learns: this share of a series, and never more rows than of 5,000. */
const PROBATION_SHARE = 0.15;
const PROBATION_ROWS_MAX = 750;
/** Beyond three widths after a window an alarm costs all of it. */
const FAR = 3;

/**
 * Lays the scores of one series against its labels. An early alarm in a window earns most; one soon after a window costs
 * little.
 *
 * @param scores - shape [rows]; one that is not finite never makes an alarm.
 * @param windows - in order of time, apart from one another.
 * @see A. Lavin, S. Ahmad, "Evaluating real-time anomaly detection algorithms: the Numenta Anomaly Benchmark", ICMLA 2015.
 */
export function weighRows(scores: readonly number[], windows: readonly LabelWindow[]): WeighedRows {
  const probation = Math.min(Math.floor(PROBATION_SHARE * scores.length), PROBATION_ROWS_MAX);
  const kept: number[] = [];
  const windowOf: number[] = [];
  const worth: number[] = [];
  let next = 0; // the first window that does not lie wholly before the row
  for (const [row, score] of scores.entries()) {
    while ((windows[next]?.last ?? Number.POSITIVE_INFINITY) < row) next++;
    if (row < probation || !Number.isFinite(score)) continue;
    const ahead = windows[next];
    const inside = ahead !== undefined && ahead.first <= row;
    kept.push(score);
    windowOf.push(inside ? next : -1);
    worth.push(inside ? sigmoid(placeIn(ahead, row)) / sigmoid(-1) : sigmoid(placeAfter(windows[next - 1], row)));
  }
  return { scores: kept, windowOf, worth, windowCount: windows.length };
}

function placeIn({ first, last }: LabelWindow, row: number): number {
  return -(last - row + 1) / (last - first + 1);
}

function placeAfter(window: LabelWindow | undefined, row: number): number {
  if (!window) return Number.POSITIVE_INFINITY; // before any: a false alarm through and through
  return (row - window.last) / (window.last - window.first);
}

function sigmoid(place: number): number {
  return place > FAR ? -1 : 2 / (1 + Math.exp(5 * place)) - 1;
}
