import type { ProductDaysAnswer } from '@tidemark/protocol';
import { expect, it, onTestFinished } from 'vitest';
import { startTestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { sendSimulation } from './simulate/send-simulation.js';
import { simulationOf } from './simulate-commands.js';

const START_AT = Date.parse('2026-01-05T00:00+08:00');

it('tidemark simulate sends a market through the collector, whose reports then show the numbers of its own ledger', async () => {
  const test = await startTestCollector();
  onTestFinished(() => test.close());
  const { url, keys } = test.collector;
  const dependencies = {
    fetch,
    now: Date.now,
    random: Math.random,
    sleep: (delayMs: number) => new Promise((resolve) => setTimeout(resolve, delayMs)),
  };
  const settings = { seed: 7, days: 3, users: 25, app: 'demo' };
  const send = (key: string) => {
    const simulation = simulationOf(settings, START_AT);
    return sendSimulation(simulation, { url, key }, dependencies).then((sent) => ({ sent, truth: simulation.truth() }));
  };
  const { sent, truth } = await send(keys.secretKey);
  const { ledger } = truth;
  const counted = Object.values(ledger.events).reduce((sum, count) => sum + count, 0);
  expect(sent).toMatchObject({
    events: counted + ledger.copies,
    accepted: counted,
    duplicate: ledger.copies,
    rejected: [],
  });

  await test.drained();
  for (const surface of ['h5', 'native'] as const) {
    const { totals } = await test.report('pages', `?surface=${surface}`);
    expect(totals.views, surface).toBe(ledger.views[surface]);
  }
  const { totals } = await test.report('pages');
  expect(totals.sessions).toBe(ledger.sessions);

  const products = await askProducts(url, keys.readKey);
  expect(booksOf(products)).toEqual(ledger.products);
  expect(products.refused).toEqual({});

  const { sent: again } = await send(keys.secretKey);
  expect(again).toMatchObject({ accepted: 0, duplicate: counted + ledger.copies, rejected: [] });
  await expect(send(keys.writeKey)).rejects.toMatchObject({ code: 'import_key_refused' });
});

async function askProducts(url: string, key: string): Promise<ProductDaysAnswer> {
  const range = `from=${START_AT}&to=${START_AT + 10 * 86_400_000}`;
  const answer = await fetch(`${url}/v1/products?${range}`, { headers: { authorization: `Bearer ${key}` } });
  expect(answer.status).toBe(200);
  return (await answer.json()) as ProductDaysAnswer; // the collector's own
}

/** What the days of a product add up to, as the ledger has it. */
function booksOf({ rows }: ProductDaysAnswer): Readonly<Record<string, Record<string, number>>> {
  const books: Record<string, Record<string, number>> = {};
  for (const { productId, subscriptions, sales } of rows) {
    const book = books[productId] ?? {};
    const add = (name: string, value: number) => {
      book[name] = (book[name] ?? 0) + value;
    };
    add('subscriptions', subscriptions.orderCount + subscriptions.rejectedCount);
    add('sales', sales.orderCount + sales.rejectedCount);
    add('subscribedShares', subscriptions.orderedShares + subscriptions.rejectedShares);
    add('soldShares', sales.orderedShares + sales.rejectedShares);
    add('filledSubscriptionShares', subscriptions.filledShares);
    add('filledSaleShares', sales.filledShares);
    books[productId] = book;
  }
  return books;
}
