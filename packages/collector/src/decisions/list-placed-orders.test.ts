import { expect, it } from 'vitest';
import type { PlacedOrderRow } from '../store/decisions/placed-orders.js';
import { listPlacedOrders } from './list-placed-orders.js';

const DAY_MS = 86_400_000;

const row = (decidedAt: number, asked: object = { orderId: `o${decidedAt}` }): PlacedOrderRow => ({
  decisionId: `d${decidedAt}`,
  decidedAt,
  modelVersion: 'v',
  asked: JSON.stringify(asked),
  answer: '{"probability":0.5}',
});

it('lists what is written down and what waits for it, each once, the newest first, and of a week', async () => {
  const asked: number[][] = [];
  const listed = await listPlacedOrders(
    [row(5), row(3), row(4, { userId: 'u' })], // the last is of a customer, or was only asked about
    async (...parameters) => {
      asked.push(parameters);
      return [row(3), row(2)];
    },
    8 * DAY_MS,
  );
  expect(listed.map(({ asked: { orderId } }) => orderId)).toEqual(['o5', 'o3', 'o2']);
  expect(listed[0]).toEqual({
    decisionId: 'd5',
    decidedAt: 5,
    modelVersion: 'v',
    asked: { orderId: 'o5' },
    answer: { probability: 0.5 },
  });
  expect(asked).toEqual([[DAY_MS, 200]]);
});

it('lists two hundred at the most', async () => {
  const waiting = Array.from({ length: 250 }, (_, at) => row(at));
  const listed = await listPlacedOrders(waiting, async () => [], 0);
  expect([listed.length, listed[0]?.decidedAt, listed.at(-1)?.decidedAt]).toEqual([200, 249, 50]);
});
