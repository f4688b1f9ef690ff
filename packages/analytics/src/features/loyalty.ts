import { aliveProbability, expectedPurchases, type PurchaseHistory } from '../stats/bg-nbd.js';
import { absent, andThen, type Measure, measured, type Outcome } from '../stats/outcome.js';
import { quintile } from '../stats/quintile.js';
import type { FeatureContext, InputFeature } from './definition.js';
import { DAY_MS, dayOf, LOOKBACK_MS } from './event.js';
import type { OrderInput } from './order-history.js';
import type { RfmCuts } from './population.js';

const RFM_WINDOW_MS = 90 * DAY_MS;
/** How far ahead purchases are expected. */
const AHEAD_DAYS = 30;

const base = { subjects: ['user'], freshness: 'store', computedIn: 'typescript', inputs: ['orders'] } as const;
const RFM = 'Hughes 1994';
const FADER = 'Fader, Hardie, Lee 2005';

/** What recency, frequency and money are of one user; `money` by currency. */
export interface RfmFigures {
  /** Days since the last order was placed. */
  readonly recencyDays: number;
  /** Orders placed. */
  readonly orders: number;
  /** Settled subscriptions, by currency. */
  readonly money: ReadonlyMap<string, number>;
}

/** Whether the user comes back, beside all others. */
export const LOYALTY_FEATURES: readonly InputFeature[] = [
  {
    ...base,
    name: 'rfm_recency_90d',
    windowMs: RFM_WINDOW_MS,
    unit: 'score',
    definition: 'Fifth of the population by the time since the last order: 5 for the latest.',
    source: RFM,
    finish: ({ orders }, context) =>
      scored(orders, context, ({ recencyDays }, cuts) => quintile(-recencyDays, cuts.recency)),
  },
  {
    ...base,
    name: 'rfm_frequency_90d',
    windowMs: RFM_WINDOW_MS,
    unit: 'score',
    definition: 'Fifth of the population by orders placed: 5 for the most.',
    source: RFM,
    finish: ({ orders }, context) => scored(orders, context, (own, cuts) => quintile(own.orders, cuts.frequency)),
  },
  {
    ...base,
    name: 'rfm_money_90d',
    windowMs: RFM_WINDOW_MS,
    unit: 'score',
    definition: 'Fifth of the population by settled subscriptions in the same currency: 5 for the most.',
    source: RFM,
    finish: ({ orders }, context) =>
      scored(orders, context, ({ money }, { moneyByCurrency }) => {
        const [first, ...others] = money;
        if (!first) return absent('no_trades');
        if (others.length > 0) return absent('mixed_currencies');
        const cuts = moneyByCurrency.get(first[0]);
        return cuts ? quintile(first[1], cuts) : absent('no_population');
      }),
  },
  {
    ...base,
    name: 'alive_probability_365d',
    windowMs: LOOKBACK_MS,
    unit: 'ratio',
    definition:
      'BG/NBD: probability that the user has not left for good; days with a subscription placed are purchases.',
    source: FADER,
    finish: ({ orders }, context) =>
      andThen(purchaseHistory(orders, context), (history) =>
        andThen(context.population.bgNbd, (model) => aliveProbability(model, history)),
      ),
  },
  {
    ...base,
    name: 'expected_purchases_30d_ahead',
    windowMs: LOOKBACK_MS,
    unit: 'count',
    definition: 'BG/NBD: expected days with a subscription in the next 30.',
    source: FADER,
    finish: ({ orders }, context) =>
      andThen(purchaseHistory(orders, context), (history) =>
        andThen(context.population.bgNbd, (model) => expectedPurchases(model, history, AHEAD_DAYS)),
      ),
  },
];

/** Days with a purchase as BG/NBD counts them, in days. */
export function purchaseHistory(
  orders: readonly OrderInput[],
  { asOfMs, utcOffsetMs }: Pick<FeatureContext, 'asOfMs' | 'utcOffsetMs'>,
): Outcome<PurchaseHistory> {
  const days = new Set(orders.filter(isBuy).map(({ atMs }) => dayOf(atMs, utcOffsetMs)));
  if (days.size === 0) return absent('no_orders');
  const first = Math.min(...days);
  const last = Math.max(...days);
  return measured({ repeats: days.size - 1, lastAt: last - first, observed: dayOf(asOfMs, utcOffsetMs) - first });
}

function isBuy({ type, phase, side }: OrderInput): boolean {
  return type === 'order' && phase === 'placed' && side === 'subscribe';
}

export function rfmFigures(orders: readonly OrderInput[], asOfMs: number): RfmFigures | undefined {
  const recent = orders.filter(({ atMs }) => atMs > asOfMs - RFM_WINDOW_MS);
  const placed = recent.filter(({ type, phase }) => type === 'order' && phase === 'placed');
  const last = placed.at(-1);
  if (!last) return undefined;
  const money = new Map<string, number>();
  for (const { type, side, amount, currency } of recent) {
    if (type === 'settlement' && side === 'subscribe') money.set(currency, (money.get(currency) ?? 0) + amount);
  }
  return {
    recencyDays: (asOfMs - last.atMs) / DAY_MS,
    orders: new Set(placed.map(({ orderId }) => orderId)).size,
    money,
  };
}

function scored(
  orders: readonly OrderInput[],
  { asOfMs, population }: FeatureContext,
  score: (own: RfmFigures, cuts: RfmCuts) => Measure,
): Measure {
  const own = rfmFigures(orders, asOfMs);
  if (!own) return absent('no_orders');
  return andThen(population.rfm, (cuts) => score(own, cuts));
}
