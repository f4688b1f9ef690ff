import { groupBy } from '../stats/group.js';
import { quantile } from '../stats/moments.js';
import { absent, type Measure, measure } from '../stats/outcome.js';
import { distinctOf, type InputFeature, ratio, type StoreFeature } from './definition.js';
import { DAY_MS, type FeatureEvent, isPlaced, type SubjectKind } from './event.js';
import type { OrderHistory } from './order-history.js';

const WINDOW_MS = 90 * DAY_MS;
const TRADERS: readonly SubjectKind[] = ['user', 'organisation', 'product', 'workspace'];
const base = {
  subjects: TRADERS,
  windowMs: WINDOW_MS,
  source: 'order statistics, by convention',
  freshness: 'store',
  computedIn: 'store',
  absentReason: 'no_orders',
} as const;
const orderId = (event: FeatureEvent) => event.orderId;
const ordersIn = (events: readonly FeatureEvent[], test: (event: FeatureEvent) => boolean): number =>
  distinctOf(events.filter(test), orderId);

/** Orders that a subject's orders of the window came to, over those placed in it. */
function shareOfPlaced(
  name: string,
  definition: string,
  source: string,
  test: (event: FeatureEvent) => boolean,
): StoreFeature {
  return {
    ...base,
    name,
    unit: 'ratio',
    definition,
    source,
    oracle: (events) => {
      const placed = new Set(events.filter(isPlaced).map(orderId));
      const reached = new Set(events.filter((event) => test(event) && placed.has(event.orderId)).map(orderId));
      return ratio(reached.size, placed.size);
    },
  };
}

const endedAs = (phase: string) => (event: FeatureEvent) =>
  event.phase === phase && (event.type === 'order_end' || event.type === 'order');

function ofHistories(
  name: string,
  unit: 'ratio' | 'milliseconds' | 'shares',
  definition: string,
  of: (histories: readonly OrderHistory[]) => Measure,
): InputFeature {
  return {
    name,
    subjects: ['user'],
    windowMs: WINDOW_MS,
    unit,
    definition,
    source: 'Cont, Stoikov, Talreja 2010; Maglaras et al. 2022 (any, full and partial fills apart)',
    freshness: 'store',
    computedIn: 'typescript',
    inputs: ['orders'],
    finish: (inputs) => {
      const histories = inputs.histories();
      if (histories.length === 0) return absent('no_orders');
      return histories.some(({ placed }) => !(placed.shares > 0)) ? absent('negative') : of(histories);
    },
  };
}

const share = (histories: readonly OrderHistory[], test: (one: OrderHistory) => boolean): Measure =>
  measure(histories.filter(test).length / histories.length);

/** What the subject orders, and what comes of it. */
export const ORDER_FEATURES: readonly (StoreFeature | InputFeature)[] = [
  {
    ...base,
    name: 'orders_placed_90d',
    unit: 'count',
    definition: 'Different orders placed.',
    oracle: (events) => ordersIn(events, isPlaced),
  },
  {
    ...base,
    name: 'order_frequency_90d',
    unit: 'per week',
    definition: 'Different orders placed per week since the first of the window, at least one week.',
    oracle: (events, { asOfMs }) => {
      const [first] = events.filter(isPlaced);
      return first && ordersIn(events, isPlaced) / Math.max(1, (asOfMs - first.occurredAtMs) / (7 * DAY_MS));
    },
  },
  {
    ...base,
    name: 'subscribe_share_90d',
    unit: 'ratio',
    definition: 'Orders to subscribe over orders placed.',
    oracle: (events) =>
      ratio(
        ordersIn(events, (event) => isPlaced(event) && event.side === 'subscribe'),
        ordersIn(events, isPlaced),
      ),
  },
  {
    ...base,
    name: 'order_shares_mean_90d',
    unit: 'shares',
    definition: 'Mean of the shares asked for, over placements.',
    oracle: (events) => {
      const placed = events.filter(isPlaced);
      return ratio(
        placed.reduce((sum, { shares }) => sum + shares, 0),
        placed.length,
      );
    },
  },
  {
    ...base,
    name: 'intent_completion_90d',
    unit: 'ratio',
    definition: 'Orders placed of those that were intended, over orders intended.',
    oracle: (events) => {
      const intended = new Set(events.filter(({ type, phase }) => type === 'order' && phase === 'intent').map(orderId));
      const placed = new Set(events.filter((event) => isPlaced(event) && intended.has(event.orderId)).map(orderId));
      return ratio(placed.size, intended.size);
    },
  },
  shareOfPlaced('cancel_share_90d', 'Orders cancelled over orders placed.', base.source, endedAs('cancelled')),
  shareOfPlaced('expiry_share_90d', 'Orders expired over orders placed.', base.source, endedAs('expired')),
  shareOfPlaced('rejection_share_90d', 'Orders rejected over orders placed.', base.source, endedAs('rejected')),
  shareOfPlaced(
    'settled_share_90d',
    'Reputation: orders with a settlement over orders placed.',
    'Resnick et al. 2000 (reputation systems), by convention',
    ({ type }) => type === 'settlement',
  ),
  {
    ...base,
    name: 'disputes_90d',
    subjects: ['user', 'organisation', 'workspace'],
    unit: 'count',
    definition: 'Reputation: custom events named `dispute`.',
    oracle: (events) => events.filter(({ type, name }) => type === 'custom' && name === 'dispute').length,
  },
  {
    ...base,
    name: 'settled_amount_90d',
    unit: 'currency',
    definition: 'Money settled on both sides, when it is all of one currency.',
    absentReason: 'mixed_currencies',
    oracle: (events) => {
      const settled = events.filter(({ type }) => type === 'settlement');
      if (distinctOf(settled, ({ currency }) => currency) > 1) return undefined;
      return settled.reduce((sum, { amount }) => sum + amount, 0);
    },
  },
  ofHistories(
    'fill_ratio_90d',
    'ratio',
    'Matched shares over shares asked for, of the orders placed in the window.',
    (histories) => {
      const asked = histories.reduce((sum, { placed }) => sum + placed.shares, 0);
      return measure(histories.reduce((sum, { filledShares }) => sum + filledShares, 0) / asked);
    },
  ),
  ofHistories(
    'any_fill_share_90d',
    'ratio',
    'Orders of which any share was matched, over orders placed.',
    (histories) => share(histories, ({ filledShares }) => filledShares > 0),
  ),
  ofHistories('full_fill_share_90d', 'ratio', 'Orders matched whole over orders placed.', (histories) =>
    share(histories, ({ filledAtMs }) => filledAtMs !== undefined),
  ),
  ofHistories(
    'fill_time_median_ms_90d',
    'milliseconds',
    'Median time from placement to the last fill, of orders matched whole; 0 where clocks disagree.',
    (histories) => {
      const times = histories.flatMap(({ placed, filledAtMs }) =>
        filledAtMs === undefined ? [] : [Math.max(0, filledAtMs - placed.atMs)],
      );
      return times.length === 0 ? absent('no_trades') : quantile(times, 0.5);
    },
  ),
  ofHistories(
    'repeat_order_share_90d',
    'ratio',
    'Orders in a product that was ordered before in the window, over orders placed.',
    (histories) => {
      const byProduct = groupBy(histories, ({ placed }) => placed.productId);
      return measure((histories.length - byProduct.size) / histories.length);
    },
  ),
];
