import { andThen, type Measure } from '../stats/outcome.js';
import { chasing, dispositionEffect, inOrder, type Trade, turnover } from '../stats/trades.js';
import type { FeatureContext, InputFeature } from './definition.js';
import { DAY_MS, dayOf } from './event.js';

const WINDOW_MS = 90 * DAY_MS;
const base = {
  subjects: ['user'],
  windowMs: WINDOW_MS,
  freshness: 'store',
  computedIn: 'typescript',
  inputs: ['orders'],
} as const;

/** Whether the user trades as the textbook says nobody should. Holdings of before the window are not known. */
export const TRADING_FEATURES: readonly InputFeature[] = [
  {
    ...base,
    name: 'turnover_90d',
    unit: 'per 30 days',
    definition: 'Half of the value traded over the mean value held at cost since the first trade, per 30 days.',
    source: 'Barber & Odean 2000',
    finish: ({ trades }, { asOfMs }) => turnover(trades(), asOfMs),
  },
  {
    ...base,
    name: 'disposition_effect_90d',
    unit: 'ratio',
    definition:
      'PGR - PLR: share of gains realised less share of losses realised. Other products held at a sale have the closing price of the day before.',
    source: 'Odean 1998',
    finish: ({ trades }, context) => dispositionOf(trades(), context),
  },
  {
    ...base,
    name: 'chasing_90d',
    unit: 'ratio',
    definition:
      'Share of orders to subscribe on the day after a top-decile one-day return of the product, less the share of such days.',
    source: 'Barber & Odean 2008',
    finish: ({ placements }, { utcOffsetMs, population }) =>
      andThen(population.market.returns, (returns) =>
        chasing(
          placements()
            .filter(({ side }) => side === 'subscribe')
            .map(({ productId, atMs }) => ({ product: productId, day: dayOf(atMs, utcOffsetMs) })),
          returns,
        ),
      ),
  },
];

function dispositionOf(trades: readonly Trade[], { utcOffsetMs, population }: FeatureContext): Measure {
  return andThen(inOrder(trades), (sorted) =>
    dispositionEffect(sorted, (product, atMs) => population.market.priceBefore(product, dayOf(atMs, utcOffsetMs))),
  );
}
