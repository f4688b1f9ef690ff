import type { SeenOrder } from '../stats/following.js';
import { meanOf } from '../stats/herding.js';
import { marketHerding } from '../stats/market-herding.js';
import { absent, andThen, type Measure, measure } from '../stats/outcome.js';
import { dayKey } from '../stats/trades.js';
import type { FeatureContext, InputFeature } from './definition.js';
import { DAY_MS, dayOf } from './event.js';
import { firstPlacements, type OrderInput } from './order-history.js';

/** Orders of everybody are compared one by one: a week of them. */
export const FOLLOW_SPAN_MS = 7 * DAY_MS;
export const MARKET_SPAN_MS = 90 * DAY_MS;

const base = { freshness: 'store', computedIn: 'typescript' } as const;
const ofUser = { ...base, subjects: ['user'], inputs: ['orders'] } as const;
const LSV = 'Lakonishok, Shleifer, Vishny 1992; Wermers 1999';

/** Whether customers go where others go. */
export const HERDING_FEATURES: readonly InputFeature[] = [
  {
    ...ofUser,
    name: 'herding_exposure_90d',
    windowMs: MARKET_SPAN_MS,
    unit: 'ratio',
    definition:
      "Mean over the user's orders of the product's LSV herding on the day, when the order was on the herd's side, 0 when on the other; days with fewer than five traders are left out.",
    source: LSV,
    finish: ({ placements }, context) => exposure(placements(), context),
  },
  {
    ...ofUser,
    name: 'follow_share_7d',
    windowMs: FOLLOW_SPAN_MS,
    unit: 'ratio',
    definition: "Orders within a minute after another user's order of the same product and side, over orders.",
    source: 'shuffled null, Good 2005',
    finish: ({ orders }, context) => followed(orders, context, ({ share }) => share),
  },
  {
    ...ofUser,
    name: 'follow_excess_7d',
    windowMs: FOLLOW_SPAN_MS,
    unit: 'ratio',
    definition: 'That share less what it would be, had each order come at a random order time of its day.',
    source: 'shuffled null, Good 2005',
    finish: ({ orders }, context) => followed(orders, context, ({ share, expected }) => share - expected),
  },
  {
    ...base,
    name: 'herding_subscribe_90d',
    subjects: ['product'],
    inputs: [],
    windowMs: MARKET_SPAN_MS,
    unit: 'ratio',
    definition: 'Mean LSV herding of the days on which more customers subscribed than expected.',
    source: LSV,
    finish: (_, context) => productHerding(context, 'subscribe'),
  },
  {
    ...base,
    name: 'herding_sell_90d',
    subjects: ['product'],
    inputs: [],
    windowMs: MARKET_SPAN_MS,
    unit: 'ratio',
    definition: 'Mean LSV herding of the days on which more customers sold than expected.',
    source: LSV,
    finish: (_, context) => productHerding(context, 'sell'),
  },
  {
    ...base,
    name: 'market_curvature_90d',
    subjects: ['workspace'],
    inputs: [],
    windowMs: MARKET_SPAN_MS,
    unit: 'none',
    definition:
      'g2 of CSAD = a + g1 |Rm| + g2 Rm^2 over daily closes: below zero, products move together when the market moves much.',
    source: 'Chang, Cheng, Khorana 2000',
    finish: (_, { population }) =>
      andThen(marketHerding(population.market.returnsByDay), ({ curvature }) => measure(curvature)),
  },
  {
    ...base,
    name: 'market_curvature_t_90d',
    subjects: ['workspace'],
    inputs: [],
    windowMs: MARKET_SPAN_MS,
    unit: 't value',
    definition: 'Its t value: herding where it is below about -2.',
    source: 'Chang, Cheng, Khorana 2000',
    finish: (_, { population }) =>
      andThen(marketHerding(population.market.returnsByDay), ({ tValue }) => measure(tValue)),
  },
];

function exposure(placed: readonly OrderInput[], { utcOffsetMs, population }: FeatureContext): Measure {
  if (placed.length === 0) return absent('no_orders');
  const measures = placed.map(({ productId, side, atMs }): Measure => {
    const productDay = population.market.productDays.get(dayKey(productId, dayOf(atMs, utcOffsetMs)));
    if (!productDay) return absent('no_population');
    return andThen(productDay.herding, (herding) => measure(herding.side === side ? herding.excess : 0));
  });
  return meanOf(measures);
}

function followed(
  orders: readonly OrderInput[],
  { asOfMs, population }: FeatureContext,
  of: (found: { readonly share: number; readonly expected: number }) => number,
): Measure {
  const own = seenOrders(orders.filter(({ atMs }) => atMs > asOfMs - FOLLOW_SPAN_MS));
  if (own.length === 0) return absent('no_orders');
  return andThen(population.following, (reader) => andThen(reader.of(own), (found) => measure(of(found))));
}

export function seenOrders(orders: readonly OrderInput[]): SeenOrder[] {
  return firstPlacements(orders).map(({ userId, productId, side, atMs }) => ({
    user: userId,
    what: `${side}\n${productId}`,
    atMs,
  }));
}

function productHerding({ subject, population }: FeatureContext, side: 'subscribe' | 'sell'): Measure {
  const days = [...population.market.productDays.values()].filter(({ product }) => product === subject);
  if (days.length === 0) return absent('no_orders');
  const onSide = days.flatMap(({ herding }) =>
    herding.kind === 'measured' && herding.value.side === side ? [measure(herding.value.excess)] : [],
  );
  return onSide.length === 0 ? absent('too_few_events') : meanOf(onSide);
}
