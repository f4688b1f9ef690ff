import { countOutcomes, type ScoreTally } from './tally-scores.js';

/** Money of acting on one row; one currency, any sign. */
export interface ActionValue {
  /** Of acting on a row that turns out positive. */
  readonly onPositive: number;
  /** Of acting on a row that turns out negative: usually below 0. */
  readonly onNegative: number;
}

export interface ProfitPoint {
  /** Acted on are the rows with at least this probability. */
  readonly threshold: number;
  /** Share of all rows acted on. */
  readonly actedShare: number;
  /** Over all rows acted on. */
  readonly profit: number;
}

export interface ProfitCurve {
  /** From the fewest rows to all. */
  readonly points: readonly ProfitPoint[];
  /** The first point of the highest profit; null when acting on nobody is at least as good. */
  readonly best: ProfitPoint | null;
}

/**
 * Profit against how many rows are acted on, best-scored first.
 *
 * @throws {RangeError} when a value is not finite.
 * @see T. Verbraken, W. Verbeke, B. Baesens, IEEE TKDE 25 (2013) 961-973 (the maximum profit as a measure).
 */
export function profitCurve(tally: ScoreTally, value: ActionValue): ProfitCurve {
  if (!Number.isFinite(value.onPositive) || !Number.isFinite(value.onNegative)) {
    throw new RangeError('the value of an action must be a finite amount for both outcomes');
  }
  const { rows } = countOutcomes(tally);
  const points: ProfitPoint[] = [];
  let [acted, profit] = [0, 0];
  let best: ProfitPoint | null = null;
  for (let group = tally.probabilities.length - 1; group >= 0; group -= 1) {
    const [hits, misses] = [tally.positives[group] as number, tally.negatives[group] as number]; // in range
    acted += hits + misses;
    profit += hits * value.onPositive + misses * value.onNegative;
    const point = { threshold: tally.probabilities[group] as number, actedShare: acted / rows, profit };
    points.push(point);
    if (profit > (best?.profit ?? 0)) best = point;
  }
  return { points, best };
}
