import { expect, it, onTestFinished } from 'vitest';
import { type Ask, compareLedger } from '../../../../benchmarks/src/products/compare-ledger.js';
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
  const ask: Ask = async <T>(path: string) => {
    const answer = await fetch(`${url}${path}`, { headers: { authorization: `Bearer ${keys.readKey}` } });
    expect(answer.status, path).toBe(200);
    return (await answer.json()) as T; // the collector's own
  };
  const { compared, differences } = await compareLedger(ask, truth);
  expect(differences).toEqual([]);
  expect(compared).toBeGreaterThan(1_000);
  const [page, ...pages] = ledger.pages;
  const [day, ...days] = ledger.productDays;
  const [content, ...contents] = ledger.content;
  if (!page || !day || !content) throw new Error('nothing was looked at or ordered');
  const cooked = {
    ...ledger,
    pages: [{ ...page, exits: page.exits + 1 }, ...pages],
    content: [{ ...content, dropOffs: content.dropOffs + 1 }, ...contents],
    productDays: [{ ...day, sales: { ...day.sales, cancelledCount: day.sales.cancelledCount + 1 } }, ...days],
  };
  const told = await compareLedger(ask, { ...truth, ledger: cooked });
  expect(told.differences).toEqual([
    expect.stringContaining(`${page.page} exits: ${page.exits + 1} by the ledger, ${page.exits} by the report`),
    expect.stringContaining(`${content.name} dropOffs: ${content.dropOffs + 1} by the ledger`),
    expect.stringContaining(`${day.productId} ${day.day} sales cancelledCount`),
  ]);

  const { sent: again } = await send(keys.secretKey);
  expect(again).toMatchObject({ accepted: 0, duplicate: counted + ledger.copies, rejected: [] });
  await expect(send(keys.writeKey)).rejects.toMatchObject({ code: 'import_key_refused' });
});
