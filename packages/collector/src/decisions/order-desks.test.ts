import type { MarketHours } from '@tidemark/analytics/scores';
import { expect, it } from 'vitest';
import type { DeskEventRow } from '../store/decisions/desk-events.js';
import type { DeskBatch } from './desk-event.js';
import { createOrderDesks, type OrderDesksOptions } from './order-desks.js';

const hours: MarketHours = { sessionMs: 1, untilCutOffMs: () => 3_600_000, weekday: () => 1 };
const ask = { productId: 'P', side: 'subscribe', shares: 10, price: 1, atMs: 100 } as const;
const DEEDS = { placed: 7, ended: 6, succeeded: 5, cancelled: 1, settled: 4, reputation: 0.8 };

function placed(eventId: string, userId: string): DeskBatch {
  const event = { type: 'order', phase: 'placed', orderId: `of ${eventId}`, eventId, occurredAt: 50, currency: 'CNY' };
  const rows = [{ event: { ...event, productId: 'P', side: 'subscribe', shares: 10, price: 2 } }];
  return { batch: { workspaceId: 'w', context: { userId }, receivedAt: 60 }, rows } as unknown as DeskBatch; // what counts of it
}

function rowOf(eventId: string, userId: string): DeskEventRow {
  const { event } = placed(eventId, userId).rows[0] as { event: object };
  return {
    ...event,
    userId,
    reference: 0,
    reputation: -1,
    series: '',
    value: 0,
    periodAt: 0,
  } as unknown as DeskEventRow;
}

const usual: OrderDesksOptions = {
  hours,
  readEvents: async () => [],
  readDeeds: async () => DEEDS,
  storeReady: () => true,
  drained: async () => undefined,
  logger: { warn: () => undefined },
  now: () => 100,
};

it('answers at once, says what is missing, and knows it on one of the next calls', async () => {
  const desks = createOrderDesks(usual);
  expect(desks.look('w', 'early').missing).toBe('market');
  await desks.settled();
  expect(desks.look('w', 'early').missing).toBeUndefined(); // read behind the market
  const { desk, missing } = desks.look('w', 'u');
  expect([missing, desk.columnsOf({ ...ask, userId: 'u' }).trades_settled]).toEqual(['customer', 0]);
  await desks.settled();
  expect(desks.look('w', 'u').missing).toBeUndefined();
  expect(desk.columnsOf({ ...ask, userId: 'u' })).toMatchObject({
    trades_settled: 4,
    orders_placed: 7,
    reputation: 0.8,
  });
  desks.forget('w', 'u');
  expect(desks.look('w', 'u').missing).toBe('customer');
});

it('counts once what comes while the store is asked and is in its answer, and keeps workspaces apart', async () => {
  const desks = createOrderDesks({
    ...usual,
    readEvents: async (id) => (id === 'w' ? [rowOf('e1', 'a'), rowOf('e2', 'a')] : []),
  });
  desks.publish(placed('e2', 'a'));
  desks.publish(placed('e3', 'a'));
  await desks.settled();
  desks.publish(placed('e4', 'a'));
  expect(desks.look('w', 'a').desk.columnsOf({ ...ask, userId: 'a' })).toMatchObject({
    orders_ahead: 4,
    orders_placed: 4,
  });
  expect(desks.look('other', 'a').desk.columnsOf({ ...ask, userId: 'a' }).orders_ahead).toBe(0);
  expect(desks.newestMs('w')).toBe(60);
});

it('asks again when the store fails, and not at all before it is ready', async () => {
  let state: 'starting' | 'failing' | 'well' = 'starting';
  let asked = 0;
  const desks = createOrderDesks({
    ...usual,
    storeReady: () => state !== 'starting',
    async readEvents() {
      asked += 1;
      if (state === 'failing') throw new Error('down');
      return [];
    },
  });
  desks.look('w', 'u');
  await desks.settled();
  expect(asked).toBe(0);
  state = 'failing';
  desks.look('w', 'u');
  await desks.settled();
  state = 'well';
  expect(desks.look('w', 'u').missing).toBe('market');
  await desks.settled();
  expect([asked, desks.look('w', 'u').missing]).toEqual([2, undefined]);
});

it('holds no more than it has room for while the store is away, and then reads the rest once all of it is stored', async () => {
  let isReady = false;
  let inStore: DeskEventRow[] = [];
  const accepted: DeskEventRow[] = [];
  const desks = createOrderDesks({
    ...usual,
    waitingMax: 5,
    storeReady: () => isReady,
    readEvents: async (id) => (id === 'w' ? inStore : []),
    async drained() {
      inStore = [...accepted];
    },
  });
  const accept = (eventId: string) => {
    accepted.push(rowOf(eventId, 'a'));
    desks.publish(placed(eventId, 'a'));
  };
  desks.publish({ ...placed('x', 'b'), batch: { ...placed('x', 'b').batch, workspaceId: 'other' } });
  for (let n = 0; n < 5; n++) accept(`e${n}`);
  expect([desks.waiting(), desks.passedOver()]).toEqual([2, 4]); // the fullest made way
  isReady = true;
  accept('last');
  await desks.settled();
  expect(desks.waiting()).toBe(1);
  expect(desks.look('w', 'a').desk.columnsOf({ ...ask, userId: 'a' })).toMatchObject({
    orders_ahead: 6,
    orders_placed: 6,
  });
});

it('closes without waiting for a load that does not come', async () => {
  const desks = createOrderDesks({
    ...usual,
    waitingMax: 1,
    drained: (signal) => new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
  });
  desks.publish({ ...placed('e1', 'a'), rows: [...placed('e1', 'a').rows, ...placed('e2', 'a').rows] });
  await desks.close();
  expect([desks.waiting(), desks.passedOver()]).toEqual([1, 1]);
});

it('does not take a market for whole of which something was passed over while the store was asked', async () => {
  let asked = 0;
  const desks = createOrderDesks({
    ...usual,
    waitingMax: 5,
    async readEvents() {
      asked += 1;
      if (asked === 1) for (let n = 0; n < 6; n++) desks.publish(placed(`e${n}`, 'a'));
      return [];
    },
  });
  desks.look('w', 'a');
  await desks.settled();
  expect(desks.look('w', 'a').missing).toBe('market');
  await desks.settled();
  expect([asked, desks.look('w', 'a').missing]).toEqual([2, undefined]);
});

it('forgets somebody whose orders wait', async () => {
  let isReady = false;
  const desks = createOrderDesks({ ...usual, storeReady: () => isReady });
  desks.publish(placed('e1', 'gone'));
  desks.publish(placed('e2', 'stays'));
  desks.forget('w', 'gone');
  expect(desks.waiting()).toBe(1);
  isReady = true;
  desks.look('w', 'stays');
  await desks.settled();
  expect(desks.look('w', 'stays').desk.columnsOf({ ...ask, userId: 'stays' }).orders_ahead).toBe(1);
});
