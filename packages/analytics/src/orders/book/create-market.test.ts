import { describe, expect, it } from 'vitest';
import { chineseCalendar } from '../calendar/chinese-calendar.js';
import { createTradingClock } from '../calendar/trading-clock.js';
import { productDays } from '../product-days.js';
import { tradedFromReplay } from '../traded-order.js';
import { createMarket, type PlacedOrder, type ProductRules } from './create-market.js';
import { type MarketAction, replayOrders } from './replay-orders.js';

const at = (text: string) => Date.parse(`${text}+08:00`);
const clock = createTradingClock({ calendar: chineseCalendar() });
const P30: ProductRules = { productId: 'P30', currency: 'CNY', clock, issuerId: 'issuer' };
let orders = 0;

function order(
  userId: string,
  side: PlacedOrder['side'],
  shares: number,
  price: number,
  placedAt: number,
): PlacedOrder {
  return { orderId: `o-${++orders}`, productId: 'P30', currency: 'CNY', userId, side, shares, price, placedAt };
}
const monday = at('2026-01-05T10:00');
const tuesday = at('2026-01-06T10:00');

/** A market in which Ann bought 100 shares from the issuer on Monday. */
function marketWithAnn() {
  const market = createMarket([P30]);
  market.place(order('issuer', 'sell', 1_000, 1, monday));
  market.place(order('ann', 'subscribe', 100, 1, monday + 1));
  return market;
}

describe('a market', () => {
  it('lets shares be sold from the next working day on, and books what they cost', () => {
    const market = marketWithAnn();
    const holdings = market.holdings('P30');
    expect(holdings?.lots('ann')).toEqual([{ shares: 100, price: 1, sellableOn: '2026-01-06' }]);
    expect([holdings?.sellable('ann', '2026-01-05'), holdings?.sellable('ann', '2026-01-06')]).toEqual([0, 100]);
    expect(market.place(order('ann', 'sell', 60, 1.1, tuesday)).refusal).toBeUndefined();
    expect(holdings?.sellable('ann', '2026-01-06')).toBe(40);
    const { executions } = market.place(order('bob', 'subscribe', 60, 1.2, tuesday + 1));
    expect(executions.map(({ sale, shares, price }) => [sale.userId, shares, price])).toEqual([['issuer', 60, 1]]);
    market.place(order('bob', 'subscribe', 1_000, 1.1, tuesday + 2));
    expect(holdings?.lots('ann')).toEqual([{ shares: 40, price: 1, sellableOn: '2026-01-06' }]);
  });

  it.each([
    ['not_held', order('bob', 'sell', 1, 1, tuesday)],
    ['not_held', order('ann', 'sell', 101, 1, tuesday)],
    ['not_sellable_yet', order('ann', 'sell', 50, 1, monday + 2)],
    ['currency_mismatch', { ...order('ann', 'subscribe', 5, 1, tuesday), currency: 'USD' }],
    ['unknown_product', { ...order('ann', 'subscribe', 5, 1, tuesday), productId: 'P31' }],
    ['no_calendar_data', order('ann', 'subscribe', 5, 1, at('2099-01-05T10:00'))],
    ['invalid_time', order('ann', 'subscribe', 5, 1, Number.NaN)],
    ['invalid_time', { ...order('ann', 'subscribe', 5, 1, tuesday), expiresAt: Number.NaN }],
    ['invalid_shares', order('ann', 'sell', -5, 1, tuesday)],
    ['invalid_price', order('ann', 'sell', 5, Number.NaN, tuesday)],
  ] as const)('refuses, as %s, an order', (refusal, bad) => {
    const market = marketWithAnn();
    expect(market.place(bad)).toEqual({ refusal, executions: [] });
    expect(market.outcome(bad.orderId)).toMatchObject({ phase: 'refused', refusal, filledShares: 0 });
    expect(market.holdings('P30')?.sellable('ann', '2026-01-06')).toBe(100);
  });

  it('promises no share twice, and gives back what a sale did not use', () => {
    const market = marketWithAnn();
    const first = { ...order('ann', 'sell', 80, 2, tuesday), expiresAt: tuesday + 1_000 };
    market.place(first);
    expect(market.place(order('ann', 'sell', 80, 2, tuesday + 1)).refusal).toBe('already_on_sale');
    expect(market.place(order('ann', 'sell', 20, 2, tuesday + 1_000)).refusal).toBeUndefined();
    expect(market.outcome(first.orderId)).toMatchObject({ phase: 'expired', endedAt: tuesday + 1_000 });
    const again = order('ann', 'sell', 80, 2, tuesday + 1_001);
    expect(market.place(again).refusal).toBeUndefined();
    expect([market.cancel(again.orderId, tuesday + 1_002), market.cancel(again.orderId, tuesday + 1_003)]).toEqual([
      true,
      false,
    ]);
  });

  it('matches nothing from the moment on at which it expires', () => {
    const market = createMarket([{ productId: 'P30', currency: 'CNY' }]);
    market.place({ ...order('ann', 'subscribe', 5, 1, monday), expiresAt: monday + 10 });
    expect(market.place(order('bob', 'sell', 2, 1, monday + 9)).executions).toHaveLength(1);
    expect(market.place(order('bob', 'sell', 2, 1, monday + 10)).executions).toHaveLength(0);
  });

  it('tells of an order whose id is taken, and of the first under its own', () => {
    const market = createMarket([{ productId: 'P30', currency: 'CNY' }]);
    const one = order('ann', 'sell', 5, 1, monday);
    market.place(one);
    expect(market.place({ ...one, shares: 7 }).refusal).toBe('order_id_taken');
    expect(market.outcomes().map(({ phase, order: { shares } }) => [phase, shares])).toEqual([
      ['open', 5],
      ['refused', 7],
    ]);
  });
});

describe('a replay', () => {
  it('brings actions into order, and gives the figures of each product and day', () => {
    const sale = order('issuer', 'sell', 100, 1, monday);
    const early = order('ann', 'subscribe', 40, 1, monday + 60_000);
    const late = order('bob', 'subscribe', 80, 1, monday + 120_000);
    const saturday = { ...order('issuer', 'sell', 30, 2, at('2026-01-10T09:00')), expiresAt: at('2026-01-12T15:00') };
    const actions: MarketAction[] = [
      { kind: 'cancel', orderId: late.orderId, at: monday + 300_000 },
      ...[saturday, late, early, sale].map((one) => ({ kind: 'place', order: one }) as const),
      { kind: 'place', order: order('bob', 'sell', 1, 1, monday) },
      { kind: 'cancel', orderId: 'none', at: Number.NaN },
    ];
    const { executions, outcomes } = replayOrders([P30], actions);
    expect(executions.map(({ subscription, shares }) => [subscription.userId, shares])).toEqual([
      ['ann', 40],
      ['bob', 60],
    ]);

    const { days, refused } = productDays(outcomes.map(tradedFromReplay), () => clock);
    expect(refused).toEqual([]);
    expect(days).toEqual([
      {
        productId: 'P30',
        day: '2026-01-05',
        unfilledSaleCount: 0,
        unfilledSaleShares: 0,
        subscriptions: {
          orderCount: 2,
          rejectedCount: 0,
          rejectedShares: 0,
          orderedShares: 120,
          filledShares: 100,
          fillRatio: 100 / 120,
          fullCount: 1,
          partialCount: 1,
          cancelledCount: 1,
          expiredCount: 0,
          timeToFirstFill: { medianMs: 0, p90Ms: 0 },
          timeToFill: { medianMs: 0, p90Ms: 0 },
          sharesAhead: 0,
        },
        sales: {
          orderCount: 1,
          rejectedCount: 1,
          rejectedShares: 1,
          orderedShares: 100,
          filledShares: 100,
          fillRatio: 1,
          fullCount: 1,
          partialCount: 0,
          cancelledCount: 0,
          expiredCount: 0,
          timeToFirstFill: { medianMs: 60_000, p90Ms: 60_000 },
          timeToFill: { medianMs: 120_000, p90Ms: 120_000 },
          sharesAhead: 0,
        },
      },
      {
        productId: 'P30',
        day: '2026-01-12',
        unfilledSaleCount: 1,
        unfilledSaleShares: 30,
        subscriptions: {
          orderCount: 0,
          rejectedCount: 0,
          rejectedShares: 0,
          orderedShares: 0,
          filledShares: 0,
          fillRatio: undefined,
          fullCount: 0,
          partialCount: 0,
          cancelledCount: 0,
          expiredCount: 0,
          timeToFirstFill: undefined,
          timeToFill: undefined,
          sharesAhead: undefined,
        },
        sales: {
          orderCount: 1,
          rejectedCount: 0,
          rejectedShares: 0,
          orderedShares: 30,
          filledShares: 0,
          fillRatio: 0,
          fullCount: 0,
          partialCount: 0,
          cancelledCount: 0,
          expiredCount: 0,
          timeToFirstFill: undefined,
          timeToFill: undefined,
          sharesAhead: 0,
        },
      },
    ]);
  });

  it('sets aside, with its reason, what counts as of no day', () => {
    const [traded] = replayOrders(
      [P30],
      [{ kind: 'place', order: order('issuer', 'sell', 1, 1, monday) }],
    ).outcomes.map(tradedFromReplay);
    if (!traded) throw new Error('no order');
    const bad = [
      { ...traded, productId: 'P31' },
      { ...traded, placedAt: at('2099-01-05T10:00') },
      { ...traded, placedAt: Number.POSITIVE_INFINITY },
      { ...traded, shares: Number.NaN },
    ];
    const { days, refused } = productDays(bad, (productId) => (productId === 'P30' ? clock : undefined));
    expect(days).toEqual([]);
    expect(refused.map(({ reason }) => reason)).toEqual([
      'unknown_product',
      'no_calendar_data',
      'invalid_time',
      'invalid_number',
    ]);
  });
});
