import { type Interval, wilsonInterval } from '../../stats/wilson-interval.js';
import { type EvenBin, evenBins } from './even-bins.js';
import type { DecidedOrder } from './order-history.js';

/** Success by how much the customer had traded before: "the more trading, the higher the success", looked at. */
export interface ActivityReport {
  /** Rising trades; few where most customers never traded. */
  readonly bins: readonly ActivityBin[];
  /** Neighbours where more trading goes with less success, by more than chance. */
  readonly against: readonly { readonly from: ActivityBin; readonly to: ActivityBin; readonly z: number }[];
  /** Whether a model may be held to rise with trading: nothing speaks against it, and the ends speak for it. */
  readonly agrees: boolean;
  readonly text: string;
}

export interface ActivityBin {
  readonly fewest: number;
  readonly most: number;
  readonly orders: number;
  readonly success: number;
  /** At 95 %. */
  readonly interval: Interval;
}

const BINS = 8;
const FEWEST_ORDERS = 50;
/** Of neighbours, one-sided; Bonferroni over seven of them at 5 %. */
const Z_AGAINST = 2.45;

/** @param orders - whose outcome is known. */
export function activityReport(orders: readonly DecidedOrder[]): ActivityReport {
  const rows = orders.map(({ columns, outcome }) => ({ value: columns.trades_settled, hit: outcome.fillRatio > 0 }));
  const bins = evenBins(rows, BINS, FEWEST_ORDERS).map(activityBin);
  const against = bins.flatMap((to, at) => {
    const from = bins[at - 1];
    const z = from ? fallZ(from, to) : 0;
    return from && z > Z_AGAINST ? [{ from, to, z }] : [];
  });
  const [first, last] = [bins[0], bins.at(-1)];
  const agrees = bins.length > 1 && against.length === 0 && (last?.success ?? 0) > (first?.success ?? 0);
  return { bins, against, agrees, text: describe(bins, against, agrees) };
}

function activityBin({ lowest, highest, rows, hits }: EvenBin): ActivityBin {
  return {
    fewest: lowest,
    most: highest,
    orders: rows,
    success: hits / rows,
    interval: wilsonInterval(hits, rows) ?? { low: 0, high: 1 },
  };
}

/** Two proportions with a common variance; above 0 when success falls. */
function fallZ(from: ActivityBin, to: ActivityBin): number {
  const pooled = (from.success * from.orders + to.success * to.orders) / (from.orders + to.orders);
  const error = Math.sqrt(pooled * (1 - pooled) * (1 / from.orders + 1 / to.orders));
  return error === 0 ? 0 : (from.success - to.success) / error;
}

function describe(bins: readonly ActivityBin[], against: ActivityReport['against'], agrees: boolean): string {
  if (bins.length < 2) return 'Too few orders, or all of customers who traded alike: nothing can be said of trading.';
  const [first, last] = [bins[0] as ActivityBin, bins.at(-1) as ActivityBin]; // two at least
  const ends = `${percent(first.success)} succeed at ${span(first)} trades, ${percent(last.success)} at ${span(last)}`;
  if (agrees) return `The more trading, the higher the success: ${ends}. The model is held to it.`;
  if (against.length === 0) return `Success does not rise with trading: ${ends}. The model is not held to it.`;
  const where = against.map(({ from, to }) => `from ${span(from)} to ${span(to)} trades`).join(', ');
  return `Success falls ${where}, by more than chance (${ends}). The model is not held to rise.`;
}

function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}

function span({ fewest, most }: ActivityBin): string {
  return fewest === most ? String(fewest) : `${fewest} to ${most}`;
}
