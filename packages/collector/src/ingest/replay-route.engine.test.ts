import { expect, it, onTestFinished } from 'vitest';
import { deliver, makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import { startTestEngine } from '../../../../test/fixtures/migrated-store.js';
import { startTestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { askCollector } from '../cli/ask-collector.js';

it('a row that the store refuses is kept, does not hold up the others, and goes in when it is replayed', async () => {
  const { engine, store, close } = await startTestEngine();
  onTestFinished(close);
  const { url: clickhouseUrl, user: clickhouseUser, password: clickhousePassword } = engine.address() ?? {};
  const test = await startTestCollector(undefined, { clickhouseUrl, clickhouseUser, clickhousePassword });
  onTestFinished(() => test.close());
  const { url, keys } = test.collector;
  const alter = (change: string) => store.client().command({ query: `ALTER TABLE events ${change}` });
  const replay = (key = keys.secretKey, query = '') =>
    askCollector({ url, key }, `/v1/rejected/replay${query}`, { method: 'POST' });
  await test.collector.storePrepared;
  await alter("ADD CONSTRAINT no_poison CHECK name != 'poison'");

  const events = [1, 2, 3].map((seq) => makeEvent(seq, { name: seq === 2 ? 'poison' : 'good' }));
  expect(await deliver(url, keys.writeKey, makeBatch({ events }))).toMatchObject({ accepted: 3, rejected: [] });
  await test.drained();
  expect((await test.report('sessions')).totals.events).toBe(2);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  expect(metrics).toMatch(/^tidemark_refused_rows_total 1$/m);
  expect(metrics).toMatch(/^tidemark_loaded_rows_total 2$/m);
  expect(await replay()).toEqual({ read: 1, taken: 0, stillRefused: 1 });
  await expect(replay(keys.readKey)).rejects.toThrow(/\(403\)/);
  await expect(replay(keys.secretKey, '?reason=too_long')).rejects.toThrow(/\(400\): reason: Only rows/);

  await alter('DROP CONSTRAINT no_poison');
  // Together: one after another all the same.
  expect(await Promise.all([replay(), replay()])).toEqual([
    { read: 1, taken: 1, stillRefused: 0 },
    { read: 0, taken: 0, stillRefused: 0 },
  ]);
  expect((await test.report('sessions')).totals.events).toBe(3);
});
