import type { EventBatch, Surface } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { createOrderBookKeeper } from './order-book-keeper.js';
import { createVisitKeeper } from './visit-keeper.js';

const NOON = Date.UTC(2026, 0, 5, 4); // 12:00 in Shanghai
const DAY_MS = 86_400_000;

describe('the ledger of visits', () => {
  const keeper = createVisitKeeper((at) => new Date(at + 8 * 3_600_000).toISOString().slice(0, 10));
  let seq = 0;
  const batch = (sessionId: string, visitorId: string, surface: Surface, events: readonly object[]) =>
    keeper.add({
      context: { sessionId, visitorId, userId: visitorId, surface },
      events: events.map((event) => ({ seq: ++seq, ...event })),
    } as unknown as EventBatch); // all that it reads
  const view = (page: string, at: number) => ({ type: 'page_view', page, occurredAt: NOON + at });
  const end = (page: string, dwellMs: number, at: number) => ({
    type: 'view_end',
    page,
    dwellMs,
    occurredAt: NOON + at,
  });
  const order = (phase: string, at: number) => ({
    type: 'order',
    side: 'subscribe',
    phase,
    page: '/o',
    occurredAt: NOON + at,
  });

  batch('s1', 'ann', 'h5', [
    view('/', 0),
    end('/', 100, 100),
    view('/o', 100),
    { type: 'transition', fromPage: '/', page: '/o', way: 'link', occurredAt: NOON + 100 },
    order('intent', 200),
    order('placed', 300),
    { type: 'conversion', page: '/o', occurredAt: NOON + 300 },
    end('/o', 300, 400),
  ]);
  batch('s1', 'ann', 'native', [{ ...view('Home', 500), type: 'screen_view' }]);
  batch('s2', 'bob', 'h5', [view('/', DAY_MS), order('intent', DAY_MS + 200)]);
  batch('s3', 'bob', 'h5', [order('placed', 3 * DAY_MS)]); // too late to belong to it
  const ledger = keeper.ledger();

  it('counts sessions, and what they did, for all and for each surface', () => {
    expect(ledger.visits).toMatchObject({ visitors: 2, sessions: 3, views: 4, events: 12, conversions: 1, bounces: 1 });
    expect(ledger.surfaces.h5).toMatchObject({
      sessions: 2,
      views: 3,
      bounces: 1,
      converted: 1,
      entered: 2,
      enteredOnce: 1,
    });
    expect(ledger.surfaces.native).toMatchObject({ sessions: 1, views: 1, bounces: 1, entered: 0 });
    expect(ledger.visits.durationMsMedian).toBe(200); // of 500, 200 and 0
    expect(ledger.visitDays.map(({ day, sessions }) => [day, sessions])).toEqual([
      ['2026-01-05', 1],
      ['2026-01-06', 1],
      ['2026-01-08', 1],
    ]);
  });

  it('knows where sessions began and ended, and how long pages were looked at', () => {
    const page = (name: string) => ledger.pages.find((one) => one.page === name);
    expect(page('/')).toMatchObject({ views: 2, visitors: 2, entries: 2, exits: 1, bounces: 1, bounceRatio: 0.5 });
    expect(page('/o')).toMatchObject({ views: 1, entries: 0, exits: 0, dwellMsMedian: 300 });
    expect(page('Home')).toMatchObject({ surface: 'native', entries: 0, exits: 1, dwellMsMedian: null });
    expect(ledger.surfaces.h5.dwellMs).toMatchObject({ count: 2 });
    expect(ledger.ways).toEqual([
      { fromPage: '/', page: '/o', surface: 'h5', way: 'link', transitions: 1, shareOfFrom: 1 },
    ]);
  });

  it('counts an order for the wish of the day before it, not for an older one', () => {
    expect(ledger.funnels.subscribe).toEqual({ all: [2, 1], h5: [2, 1], native: [0, 0] });
  });
});

describe('the ledger of orders', () => {
  it('tells by product and day what became of the orders, rejected ones apart', () => {
    const keeper = createOrderBookKeeper();
    const take = (orderId: string, side: 'subscribe' | 'sell', userId: string) =>
      keeper.taken({ orderId, userId, productId: 'P', side, shares: 100, toldAt: NOON, day: '2026-01-05' });
    for (const orderId of ['a', 'b', 'c', 'd']) take(orderId, 'sell', 'ann');
    take('e', 'subscribe', 'bob');
    keeper.filled('a', 40, NOON + 1_000);
    keeper.filled('a', 60, NOON + 3_000);
    keeper.filled('b', 30, NOON - 5_000); // the device's clock is ahead
    keeper.ended('b', 'expired');
    keeper.ended('c', 'cancelled');
    keeper.ended('d', 'rejected');
    expect(keeper.days()).toEqual([
      expect.objectContaining({
        productId: 'P',
        day: '2026-01-05',
        unfilledSaleCount: 2,
        unfilledSaleShares: 170,
        buyers: 1,
        sellers: 1,
        sales: {
          orderCount: 3,
          rejectedCount: 1,
          rejectedShares: 100,
          orderedShares: 300,
          filledShares: 130,
          fullCount: 1,
          partialCount: 1,
          cancelledCount: 1,
          expiredCount: 1,
          timeToFirstFill: { medianMs: 500, p90Ms: 900 },
          timeToFill: { medianMs: 3_000, p90Ms: 3_000 },
        },
      }),
    ]);
  });
});
