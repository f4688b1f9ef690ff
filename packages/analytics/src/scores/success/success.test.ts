import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { activityReport } from './activity-report.js';
import { fitSuccess } from './fit-success.js';
import { openSuccess } from './open-success.js';
import type { OrderColumns } from './order-columns.js';
import { createOrderDesk, type DeskEvent, type MarketHours } from './order-desk.js';
import { type DecidedOrder, decidedOrders } from './order-history.js';
import { roundTrip } from './round-trip.js';
import { sealSuccess, unsealSuccess } from './success-file.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** Every day works, with a cut-off at 15:00 UTC. */
const hours: MarketHours = {
  sessionMs: 6 * HOUR_MS,
  untilCutOffMs: (atMs) => DAY_MS - ((atMs + 9 * HOUR_MS) % DAY_MS),
  weekday: (atMs) => 1 + (Math.floor(atMs / DAY_MS) % 7),
};

let made = 0;
function event(type: DeskEvent['type'], occurredAt: number, fields: object): DeskEvent {
  made += 1;
  const base = { eventId: `e-${made}`, userId: 'u', orderId: 'o', productId: 'P', side: 'subscribe', currency: 'CNY' };
  return { type, occurredAt, ...base, ...fields } as unknown as DeskEvent; // fields of the type in question
}
const placed = (occurredAt: number, fields: object = {}) =>
  event('order', occurredAt, { phase: 'placed', shares: 100, price: 1, ...fields });
const ask = { userId: 'u', productId: 'P', side: 'subscribe', shares: 100, price: 1.01, atMs: 2 * HOUR_MS } as const;

describe('the desk', () => {
  it('measures a limit against the price that was shown, towards a fill on either side', () => {
    const desk = createOrderDesk(hours);
    expect(desk.columnsOf(ask).price_edge).toBeNull();
    desk.note(event('order', 0, { phase: 'intent', shares: 1, price: 1, props: { reference: 1, reputation: 0.7 } }));
    expect(desk.columnsOf(ask)).toMatchObject({ price_edge: expect.closeTo(1, 9), reputation: 0.7, orders_placed: 0 });
    expect(desk.columnsOf({ ...ask, side: 'sell' }).price_edge).toBeCloseTo(-1, 9);
    expect(desk.columnsOf({ ...ask, reference: 1.01, reputation: 0.2 })).toMatchObject({
      price_edge: 0,
      reputation: 0.2,
    });
  });

  it('counts who is served before: by price, then by size, then by time', () => {
    const desk = createOrderDesk(hours);
    desk.note(placed(0, { orderId: 'better', price: 1.02 }));
    desk.note(placed(0, { orderId: 'larger', price: 1.01, shares: 500 }));
    desk.note(placed(0, { orderId: 'smaller', price: 1.01, shares: 50 }));
    desk.note(placed(0, { orderId: 'worse', price: 1 }));
    desk.note(placed(0, { orderId: 'other side', price: 2, side: 'sell' }));
    expect(desk.columnsOf(ask)).toMatchObject({ orders_ahead: 2, shares_ahead: 600 });
    desk.note(event('order_fill', 1, { orderId: 'larger', shares: 300, remainingShares: 200, price: 1 }));
    expect(desk.columnsOf(ask).shares_ahead).toBe(300);
    desk.note(event('order_end', 2, { orderId: 'better', phase: 'cancelled', remainingShares: 100 }));
    expect(desk.columnsOf(ask)).toMatchObject({ orders_ahead: 1, shares_ahead: 200 });
  });

  it('believes deeds more the more there are, and no copy of an order', () => {
    const desk = createOrderDesk(hours);
    for (let at = 0; at < 40; at += 1) {
      const orderId = `o-${at}`;
      desk.note(placed(at, { orderId, userId: at < 20 ? 'good' : 'bad' }));
      desk.note(placed(at, { orderId, userId: at < 20 ? 'good' : 'bad' }));
      if (at < 20) desk.note(event('order_fill', at, { orderId, shares: 100, remainingShares: 0, price: 1 }));
      else desk.note(event('order_end', at, { orderId, phase: 'cancelled', remainingShares: 100 }));
    }
    const [good, bad, none] = ['good', 'bad', 'none'].map((userId) => desk.columnsOf({ ...ask, userId }));
    expect(good).toMatchObject({ orders_placed: 20, own_success: expect.closeTo(22 / 24, 9) });
    expect(bad).toMatchObject({ own_success: expect.closeTo(2 / 24, 9), own_cancelled: expect.closeTo(22 / 24, 9) });
    expect(none?.own_success).toBeCloseTo(0.5, 9);
  });

  it('has the average of all whom it knows for somebody whom it does not', () => {
    const desk = createOrderDesk(hours);
    expect(desk.averageCustomer()).toMatchObject({ orders_placed: 0, own_success: 0.5, reputation: null });
    for (let at = 0; at < 6; at += 1) desk.note(placed(at, { orderId: `o-${at}`, userId: at < 4 ? 'a' : 'b' }));
    for (const orderId of ['o-0', 'o-4'])
      desk.note(event('order_fill', 9, { orderId, shares: 100, remainingShares: 0, price: 1 }));
    desk.note(event('order_end', 9, { orderId: 'o-1', phase: 'cancelled', remainingShares: 100 }));
    desk.note(event('order', 9, { phase: 'intent', shares: 1, price: 1, userId: 'a', props: { reputation: 0.2 } }));
    desk.recall('b', { placed: 2, ended: 1, succeeded: 1, cancelled: 0, settled: 4, reputation: 0.6 });
    expect(desk.averageCustomer()).toEqual({
      orders_placed: 3,
      trades_settled: 2,
      own_success: expect.closeTo(3 / 5, 9),
      own_cancelled: expect.closeTo(2 / 5, 9),
      reputation: expect.closeTo(0.4, 9),
    });
  });

  it('keeps the loan rate of the newest period, whatever is corrected later, and forgets who was quiet longest', () => {
    const desk = createOrderDesk(hours, { users: 2 });
    desk.note(event('macro_point', 0, { series: 'loan_rate_1y', periodAt: 2, value: 3.1 }));
    desk.note(event('macro_point', 1, { series: 'loan_rate_1y', periodAt: 1, value: 3.6 }));
    desk.note(event('macro_point', 1, { series: 'consumer_price_index', periodAt: 9, value: 9 }));
    expect(desk.columnsOf(ask).loan_rate).toBe(3.1);
    for (const userId of ['a', 'b', 'a', 'c']) desk.note(event('settlement', 1, { userId, shares: 1, amount: 1 }));
    expect(['a', 'b', 'c'].map(desk.knows)).toEqual([true, false, true]);
  });

  it('forgets the oldest open order and the product that was quiet longest, when there are too many', () => {
    const desk = createOrderDesk(hours, { openOrders: 3, products: 2 });
    for (let at = 0; at < 5; at += 1) desk.note(placed(at, { orderId: `o-${at}`, price: 2, shares: 10 ** at }));
    expect(desk.columnsOf(ask)).toMatchObject({ orders_ahead: 3, shares_ahead: 11_100, crowd: expect.closeTo(2.5, 1) });
    const fill = { orderId: 'o-0', shares: 1, remainingShares: 0, price: 1.5 };
    for (const productId of ['P', 'Q', 'R']) {
      desk.note(event('order_fill', 6, { ...fill, productId }));
      for (const side of ['subscribe', 'sell']) desk.note(placed(7, { orderId: 'x', productId, side }));
    }
    const known = (productId: string) => desk.columnsOf({ ...ask, productId });
    expect(known('P')).toMatchObject({ price_edge: null, crowd: 0 });
    expect(known('Q')).toMatchObject({ price_edge: expect.closeTo(-32.67, 2), crowd: expect.closeTo(0.5, 1) });
  });

  it('takes in what the store knows, and does not count twice what it saw itself', () => {
    const desk = createOrderDesk(hours);
    desk.note(placed(0));
    desk.recall('u', { placed: 5, ended: 4, succeeded: 3, cancelled: 1, settled: 2, reputation: 0.9 });
    expect(desk.columnsOf(ask)).toMatchObject({ orders_placed: 5, trades_settled: 2, reputation: 0.9 });
    desk.note(placed(1, { orderId: 'next' }));
    expect(desk.columnsOf(ask).orders_placed).toBe(6);
    desk.forget('u');
    expect(desk.knows('u')).toBe(false);
  });
});

describe('the table of decisions', () => {
  it('knows nothing of what came at the same moment or later, in whatever order events come', () => {
    const events = [
      placed(HOUR_MS, { orderId: 'first' }),
      placed(HOUR_MS, { orderId: 'same moment' }),
      placed(HOUR_MS + 1, { orderId: 'later' }),
      event('order_fill', 3 * HOUR_MS, { orderId: 'first', shares: 40, remainingShares: 60, price: 1 }),
      event('order_end', 4 * HOUR_MS, { orderId: 'first', phase: 'expired', remainingShares: 60 }),
      placed(30 * HOUR_MS, { orderId: 'tomorrow' }),
    ];
    const decided = decidedOrders(events, hours, 20 * HOUR_MS);
    expect(decided.map(({ columns }) => columns.orders_ahead)).toEqual([0, 0, 2, 2]);
    expect(decided[0]?.outcome).toMatchObject({ fillRatio: 0.4, firstFillAt: 3 * HOUR_MS, how: 'expired' });
    expect(decided.map(({ resolved }) => resolved)).toEqual([true, true, true, false]);
    expect(
      decidedOrders(events.toReversed(), hours, 20 * HOUR_MS)
        .map(({ columns }) => columns.orders_ahead)
        .sort(),
    ).toEqual([0, 0, 2, 2]);
  });
});

/** Orders of a made-up law: success rises with the edge of the price and with trading. */
function madeOrders(count: number, ofTrades: (trades: number) => number): DecidedOrder[] {
  const random = seededRandom(11);
  const desk = createOrderDesk(hours);
  return Array.from({ length: count }, (_, at): DecidedOrder => {
    const side = at % 2 === 0 ? 'subscribe' : 'sell';
    const trades = Math.floor(random() * 12);
    const edge = 2 * random() - 1;
    const columns: OrderColumns = {
      ...desk.columnsOf({ ...ask, side, atMs: at * HOUR_MS }),
      price_edge: edge,
      trades_settled: trades,
      amount: 1_000 + 50_000 * random(),
    };
    const logOdds = 2 * edge + ofTrades(trades);
    const filled = random() < 1 / (1 + Math.exp(-logOdds));
    const fillRatio = filled ? (random() < 0.7 ? 1 : 0.5) : 0;
    const placedAt = at * HOUR_MS;
    const at30 = placedAt + HOUR_MS * random();
    const ending = filled
      ? ({ firstFillAt: at30, how: 'filled' } as const)
      : ({ firstFillAt: undefined, how: 'expired' } as const);
    return {
      orderId: `o-${at}`,
      userId: `u-${at}`,
      productId: 'P',
      side,
      placedAt,
      columns,
      outcome: { fillRatio, endedAt: at30, ...ending },
      resolved: true,
    };
  });
}

describe('success of orders', () => {
  it('says where more trading goes with less success, and holds the model to it only where data agree', () => {
    const rising = activityReport(madeOrders(4_000, (trades) => 0.15 * trades - 1));
    expect(rising).toMatchObject({ agrees: true, against: [] });
    const falling = activityReport(madeOrders(4_000, (trades) => (trades < 8 ? 0.2 * trades : -2)));
    expect(falling.agrees).toBe(false);
    expect(falling.against.length).toBeGreaterThan(0);
    expect(falling.text).toContain('Success falls');
    expect(activityReport([]).agrees).toBe(false);
  });

  it('gives probabilities that fit together, a file that is refused when touched, and a round trip', {
    timeout: 60_000,
  }, () => {
    const orders = madeOrders(1_000, (trades) => 0.15 * trades - 0.5);
    const model = fitSuccess(orders, hours, { seed: 3, kind: 'glassbox' });
    const scorer = openSuccess(model);
    const score = (edge: number, side: 'subscribe' | 'sell' = 'subscribe', trades = 5) =>
      scorer.score(side, { ...(orders[0] as DecidedOrder).columns, price_edge: edge, trades_settled: trades });
    const [poor, good] = [score(-0.9), score(0.9)];
    expect(good.any.probability).toBeGreaterThan(poor.any.probability + 0.3);
    expect(poor.reasons[0]).toMatchObject({
      feature: 'price_edge',
      text: expect.stringContaining('0.90 % below the market price'),
    });
    for (const { any, full, fillRatio, byHours } of [poor, good]) {
      expect(any.low <= any.probability && any.probability <= any.high).toBe(true);
      expect(full.probability).toBeLessThanOrEqual(any.probability);
      expect(fillRatio).toBeGreaterThanOrEqual(full.probability);
      expect(fillRatio).toBeLessThanOrEqual(any.probability);
      expect(byHours.at(-1)?.probability).toBeCloseTo(any.probability, 9);
      expect(byHours.every(({ probability }, at) => probability >= (byHours[at - 1]?.probability ?? 0))).toBe(true);
    }
    // Held to rise: whatever else the row is.
    const byTrades = [0, 3, 6, 9, 12].map((trades) => score(0.2, 'sell', trades).points);
    expect(byTrades).toEqual(byTrades.toSorted((a, b) => a - b));

    const { text, checksum } = sealSuccess(model);
    expect(unsealSuccess(text)).toEqual({ checksum, model: JSON.parse(JSON.stringify(model)) });
    expect(() => unsealSuccess(text.replace('"seed":3', '"seed":4'))).toThrow('damaged');
    expect(() => unsealSuccess(text.slice(0, -100))).toThrow('cut off');
    expect(() => unsealSuccess('{"model":{"format":"tidemark-model"}}')).toThrow('a model of a table');

    const trip = roundTrip(scorer, createOrderDesk(hours), hours, {
      question: { ...ask, reference: 1 },
      exitPrice: 1.02,
      markPrice: 1.01,
      holdPrice: 1.015,
    });
    expect(trip.probability).toBeCloseTo(trip.subscription.any.probability * trip.sale.any.probability, 12);
    expect(trip.sellNextDay.soldShares + trip.sellNextDay.heldShares).toBeCloseTo(trip.hold.heldShares, 9);
    expect(trip.leftByPartialFill + trip.hold.heldShares).toBeCloseTo(100, 9);
    expect(trip.better).toBe(trip.sellNextDay.profit > trip.hold.profit ? 'sell_next_day' : 'hold');
  });

  it('says in a sentence what is missing', () => {
    const [one] = madeOrders(1, () => 0);
    expect(() => fitSuccess([one as DecidedOrder], hours)).toThrow();
    expect(() => fitSuccess([], hours)).toThrow('No order to subscribe is over yet');
  });
});
