import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { QueueLedger } from '@tidemark/protocol';
import { expect, it, onTestFinished } from 'vitest';
import { deliver, makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import {
  addWorkspace,
  startTestCollector,
  type TestCollector,
} from '../../../../test/fixtures/start-test-collector.js';

const { queueId } = makeBatch().context;
const balanced = { queueId, highestSeq: 9, delivered: 4, rejected: 2, dropped: 2, missing: 1 };

const ask = ({ collector }: TestCollector, key: string, id: string = queueId) =>
  fetch(`${collector.url}/v1/queues/${id}`, { headers: { authorization: `Bearer ${key}` } });

it('GET /v1/queues/ID keeps the books of a queue, over copies and restarts, for its own workspace', async () => {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-collector-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const other = await addWorkspace(directory, 'other');
  const first = await startTestCollector(directory);
  const { keys } = first.collector;
  expect((await ask(first, keys.readKey)).status).toBe(404);

  const dropped = { evicted: 1, expired: 1, sampled: 50 };
  const health = { type: 'sdk_health', name: undefined, queued: 0, delivered: 0, rejected: 0, dropped };
  const bad = (seq: number) => ({ ...makeEvent(seq), type: 'nope' });
  const loaded = makeBatch({ events: [makeEvent(1), makeEvent(2), bad(3)] });
  const waiting = makeBatch({ events: [makeEvent(8), makeEvent(9, health), bad(3)] }); // 5, 6 and 7 never came
  const onlyBad = makeBatch({ events: [bad(4)] });
  const early = Date.now();
  const refusal = { accepted: 2, rejected: [{ index: 2, reason: 'unknown_type', field: 'type' }] };
  expect(await deliver(first.collector.url, keys.writeKey, loaded)).toMatchObject(refusal);
  await first.drained();
  expect(await deliver(first.collector.url, keys.writeKey, waiting)).toMatchObject(refusal);
  for (let copy = 0; copy < 2; copy++) {
    expect(await deliver(first.collector.url, keys.writeKey, onlyBad)).toMatchObject({ accepted: 0, duplicate: 0 });
  }
  for (const copy of [loaded, waiting]) {
    const ack = await deliver(first.collector.url, keys.writeKey, copy);
    expect(ack).toMatchObject({ ...refusal, accepted: 0, duplicate: 2 });
  }
  const answer = await ask(first, keys.readKey);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const ledger = (await answer.json()) as QueueLedger; // the collector's own
  expect(ledger).toMatchObject({ ...balanced, gaps: [[5, 7]] });
  expect(ledger.lastSeenAt).toBeGreaterThanOrEqual(early);
  expect((await ask(first, keys.secretKey, queueId.toUpperCase())).status).toBe(200);

  expect((await ask(first, keys.writeKey)).status).toBe(403);
  expect((await ask(first, '')).status).toBe(401);
  for (const id of ['x', '..%2f..', '%0d%0aa:b', `${queueId}0`, 'x'.repeat(500), '__proto__']) {
    expect((await ask(first, keys.readKey, id)).status, id).toBe(404);
  }
  const foreign = await ask(first, other.readKey);
  expect([foreign.status, await foreign.json()]).toMatchObject([404, { code: 'not_found' }]);
  await first.collector.close();

  const second = await startTestCollector(directory);
  expect(await (await ask(second, keys.readKey)).json()).toMatchObject(balanced);
  await deliver(second.collector.url, keys.writeKey, waiting);
  await second.drained();
  expect(await (await ask(second, keys.readKey)).json()).toMatchObject(balanced);
  await second.collector.close();
});
