import { randomUUID } from 'node:crypto';
import type { FeaturesAnswer } from '@tidemark/protocol';
import { afterAll, describe, expect, it } from 'vitest';
import { deliver, makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import { startTestCollector, type TestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { signServerRequest } from '../ingest/sign-server-request.js';

/*
 * The whole way: batches over HTTP, memory asked for by the route, held against what the store says of the same moment; then
 * killed in mind by a stop, and started again on the same directory.
 */

const QUEUE = 7;
const USER = 'carol';
const NOW = Date.now();
const ORDER = { productId: 'P30', side: 'subscribe', shares: 100, price: 1.25, currency: 'CNY' };
/** Minutes ago; the last is too late for any window. */
const TOLD: readonly (readonly [minutes: number, fields: Record<string, unknown>])[] = [
  [1_700, { type: 'click', target: 'buy' }],
  [180, { type: 'order', ...ORDER, orderId: 'o1', phase: 'placed' }],
  [30, { type: 'order', ...ORDER, orderId: 'o2', phase: 'placed' }],
  [29, { type: 'order', ...ORDER, orderId: 'o2', phase: 'cancelled' }],
  [5, { type: 'page_view', page: '/a' }],
  [4, { type: 'click', target: 'buy' }],
];
const EVENTS = TOLD.map(([minutes, fields], i) =>
  makeEvent(i + 1, { name: undefined, ...fields, occurredAt: NOW - minutes * 60_000 }, QUEUE),
);
const EXPECTED = {
  events_10m: 2,
  events_1h: 4,
  events_24h: 6,
  clicks_24h: 1,
  orders_1h: 1,
  orders_24h: 2,
  orders_cancelled_1h: 1,
  orders_filled_24h: 1,
  order_amount_24h: 250,
  session_views_24h: 1,
};

async function serverSays(test: TestCollector): Promise<void> {
  const { price, currency, ...order } = ORDER;
  const event = {
    type: 'order_fill',
    eventId: randomUUID(),
    occurredAt: NOW - 170 * 60_000,
    userId: USER,
    orderId: 'o1',
  };
  const filled = { ...event, ...order, phase: 'filled', remainingShares: 0, price, currency };
  const context = { appId: 'shop', sdk: { name: 'matching', version: '7' } };
  const body = JSON.stringify({ v: 1, batchId: randomUUID(), context, events: [filled] });
  const headers = signServerRequest(test.collector.keys.secretKey, Date.now(), randomUUID(), body);
  const answer = await fetch(`${test.collector.url}/v1/server`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  });
  expect(answer.status).toBe(202);
}

async function features(test: TestCollector, query = ''): Promise<FeaturesAnswer> {
  const answer = await fetch(`${test.collector.url}/v1/features?subject=${USER}${query}`, {
    headers: { authorization: `Bearer ${test.collector.keys.readKey}` },
  });
  expect(answer.status).toBe(200);
  return (await answer.json()) as FeaturesAnswer; // the collector's own
}

/** Asks until memory is whole: it says so by answering. */
async function inMemory(test: TestCollector): Promise<FeaturesAnswer> {
  for (const deadline = performance.now() + 60_000; ; ) {
    const answer = await features(test);
    const velocity = answer.kinds[0]?.features.filter(({ freshness }) => freshness === 'velocity') ?? [];
    if (velocity.length > 0 && velocity.every(({ computedIn }) => computedIn === 'memory')) return answer;
    if (performance.now() > deadline) throw new Error('memory was not whole within 60 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

function valuesOf(answer: FeaturesAnswer): Readonly<Record<string, number | null>> {
  return Object.fromEntries(answer.kinds[0]?.features.map(({ name, value }) => [name, value]) ?? []);
}

describe('features in memory', () => {
  let test: TestCollector | undefined;
  afterAll(() => test?.close());

  it('are those of the store, copies and late events among them, before a restart and after it', async () => {
    test = await startTestCollector();
    const { directory } = test;
    const { url, keys } = test.collector;
    const batch = (events: readonly unknown[]) => makeBatch({ queue: QUEUE, context: { userId: USER }, events });
    await deliver(url, keys.writeKey, batch(EVENTS.slice(3)));
    await deliver(url, keys.writeKey, batch(EVENTS)); // half of them copies, the others late
    await serverSays(test);
    await test.drained();
    expect(valuesOf(await inMemory(test))).toMatchObject(EXPECTED);
    expect(valuesOf(await features(test, `&asOf=${Date.now()}`))).toMatchObject(EXPECTED); // the store's own answer
    const metrics = await (await fetch(`${url}/metrics`)).text();
    expect(metrics).toMatch(/^tidemark_live_features_late 1$/m);
    expect(metrics).toMatch(/^tidemark_live_features_events 7$/m);

    await test.collector.close();
    test = await startTestCollector(directory);
    await deliver(test.collector.url, keys.writeKey, batch(EVENTS)); // copies all
    await test.drained();
    expect(valuesOf(await inMemory(test))).toMatchObject(EXPECTED);
  });
});
