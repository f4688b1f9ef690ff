import { NOTHING_DONE, type OrderColumns, type OrderScore } from '@tidemark/analytics/scores';
import { describe, expect, it } from 'vitest';
import type { DecisionRecord } from './decision-record.js';

import { createOrderDesks } from './order-desks.js';
import { createPlacedOrders, type PlacedBatch } from './placed-orders.js';
import type { ServingModel } from './rolling/serving-book.js';

const NOW = 1_000_000_000;
const DEEDS = { placed: 7, ended: 6, succeeded: 5, cancelled: 1, settled: 4, reputation: 0.8 };

/** Says back what it was told is known. */
function modelThatListens(heard: OrderColumns[]): ServingModel {
  const range = { probability: 0.5, low: 0.4, high: 0.6 };
  const score = (_side: string, columns: OrderColumns): OrderScore => {
    heard.push(columns);
    const outcomes = { positive: true, negative: true };
    return { any: range, full: range, fillRatio: 0.5, byHours: [], outcomes, points: 500, reasons: [] };
  };
  const recalibration = { subscribe: null, sell: null };
  return { version: 'v1', scorer: { score, customer: 'none' }, recalibration } as unknown as ServingModel; // what counts of it
}

function setUp({ serving = true } = {}) {
  const heard: OrderColumns[] = [];
  const decided: DecisionRecord[] = [];
  const asked: string[] = [];
  let unsaid = 0;
  const model = modelThatListens(heard);
  const desks = createOrderDesks({
    hours: { sessionMs: 1, untilCutOffMs: () => 3_600_000, weekday: () => 1 },
    readEvents: async () => [],
    readDeeds: async (_, userId) => {
      asked.push(userId);
      return DEEDS;
    },
    storeReady: () => true,
    drained: async () => undefined,
    logger: { warn: () => undefined },
    now: () => NOW,
  });
  const publish = createPlacedOrders({
    book: { serving: () => (serving ? model : undefined) },
    desks,
    readRecent: () => ({ columns: NOTHING_DONE, isWhole: true }),
    onDecided: (records) => void decided.push(...records),
    countUnsaid: (count) => {
      unsaid += count;
    },
    now: () => NOW,
  });
  return { heard, decided, asked, desks, publish, unsaid: () => unsaid };
}

interface BatchChange {
  readonly userId?: string;
  readonly historical?: boolean;
  readonly risk?: 'denied';
  readonly agoMs?: number;
}

let next = 0;
const order = (phase: string, more: object = {}) => ({
  ...{ type: 'order', phase, eventId: `e${++next}`, orderId: `o${next}`, occurredAt: NOW },
  ...{ productId: 'P', side: 'subscribe', shares: 10, price: 2, currency: 'CNY', ...more },
});

function batchOf(events: readonly object[], { userId = 'u', historical = false, risk, agoMs = 0 }: BatchChange = {}) {
  const context = { ...(userId && { userId }), ...(risk && { consent: { risk } }) };
  const batch = { workspaceId: 'w', context, receivedAt: NOW, historical };
  return { batch, rows: events.map((event) => ({ event, correctedAt: NOW - agoMs })) } as unknown as PlacedBatch; // what counts of it
}

describe('placed orders', () => {
  it('are answered as of before they stand in their own queue, by the price that the form showed', async () => {
    const { heard, decided, desks, publish } = setUp();
    publish(batchOf([{ type: 'identify', eventId: 'i' }])); // before the market is read
    await desks.settled();
    publish(batchOf([order('intent', { props: { reference: 1.9 } }), order('placed'), order('placed')]));
    expect(heard.map(({ orders_ahead, orders_placed }) => [orders_ahead, orders_placed])).toEqual([
      [0, 7],
      [1, 8],
    ]);
    expect(heard[0]?.price_edge).toBeCloseTo(100 * (2 / 1.9 - 1), 9);
    const [first] = decided;
    expect(first).toMatchObject({
      modelVersion: 'v1',
      decidedAt: NOW,
      asked: { userId: 'u', productId: 'P', side: 'subscribe', shares: 10, price: 2 },
      answer: { probability: 0.5, degraded: false },
    });
    expect(first?.asked).toHaveProperty('orderId');
  });

  it('say that the customer is not known yet where the first thing heard of them is the order', async () => {
    const { decided, desks, publish } = setUp();
    publish(batchOf([], { userId: 'other' }));
    desks.look('w', 'other');
    await desks.settled();
    publish(batchOf([order('placed')]));
    expect(decided[0]?.answer).toMatchObject({ degraded: true, degradedReason: expect.stringContaining('average') });
    await desks.settled();
    publish(batchOf([order('placed')]));
    expect(decided[1]?.answer.degraded).toBe(false);
  });

  it.each<[string, BatchChange]>([
    ['are history', { historical: true }],
    ['are of nobody', { userId: '' }],
    ['are of somebody who denied it', { risk: 'denied' }],
    ['come too late to be foretold', { agoMs: 600_001 }],
  ])('are not answered when they %s, and stand in the queue all the same', async (_, change) => {
    const { decided, desks, publish } = setUp();
    desks.look('w', 'u');
    await desks.settled();
    publish(batchOf([order('placed')], change));
    expect(decided).toEqual([]);
    const ahead = desks.look('w', 'u').desk.columnsOf({
      ...{ userId: 'u', productId: 'P', side: 'subscribe', shares: 10, price: 2, atMs: NOW },
    }).orders_ahead;
    expect(ahead).toBe(change.userId === '' ? 0 : 1); // an order of nobody tells nothing of anybody
  });

  it('are left without an answer, and counted, beyond a hundred a second', () => {
    const { decided, publish, unsaid } = setUp();
    publish(batchOf(Array.from({ length: 130 }, () => order('placed'))));
    expect([decided.length, unsaid()]).toEqual([100, 30]);
  });

  it('have few histories read at once for what pages say', async () => {
    const { asked, desks, publish } = setUp();
    desks.look('w', 'u');
    await desks.settled();
    asked.length = 0;
    for (let user = 0; user < 50; user++) publish(batchOf([order('placed')], { userId: `u${user}` }));
    await desks.settled();
    expect(asked).toHaveLength(4);
  });

  it('cost the store nothing where no model serves', async () => {
    const { asked, decided, desks, publish } = setUp({ serving: false });
    desks.look('w', 'u');
    await desks.settled();
    asked.length = 0;
    publish(batchOf([{ type: 'identify', eventId: 'i' }, order('placed')], { userId: 'other' }));
    await desks.settled();
    expect([asked, decided]).toEqual([[], []]);
  });
});
