import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventBatch } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregatesApart } from '../../../../test/fixtures/aggregates-apart.js';
import { deliver, makeBatch, makeEvent, testId } from '../../../../test/fixtures/batches.js';
import { startTestCollector, type TestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { connectStore, type StoreConnection } from '../store/connect.js';
import { queryRows } from '../store/query-rows.js';

/** What a page of a device sends: views and their ends, so that sums, counts and quantiles are all touched. */
function visit(queue: number, first: number, last: number): EventBatch {
  const events = [];
  for (let seq = first; seq <= last; seq++) {
    const fields = seq % 2 === 0 ? { type: 'view_end', page: '/a', dwellMs: seq } : { type: 'page_view', page: '/a' };
    events.push(makeEvent(seq, { name: undefined, viewId: testId(9), ...fields }, queue));
  }
  return makeBatch({ queue, events });
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 40_000; !(await holds()); ) {
    if (performance.now() > deadline) throw new Error(`not within 40 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function metric({ collector }: TestCollector, name: string): Promise<number> {
  const text = await (await fetch(`${collector.url}/metrics`)).text();
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
}

describe('two collectors before one store', () => {
  let first: TestCollector;
  let second: TestCollector;
  let directory: string;
  let store: StoreConnection;

  beforeAll(async () => {
    first = await startTestCollector();
    await first.collector.storePrepared;
    const address = first.collector.storeAddress();
    if (!address) throw new Error('the engine is not there');
    directory = await mkdtemp(join(tmpdir(), 'tidemark-collector-'));
    second = await startTestCollector(directory, {
      clickhouseUrl: address.url,
      clickhouseUser: address.user,
      clickhousePassword: address.password,
    });
    await second.collector.storePrepared;
    store = connectStore(() => address, 'tidemark');
    await until('they know of one another', async () => {
      const known = await Promise.all([first, second].map((one) => metric(one, 'tidemark_other_collectors')));
      return known.every((count) => count === 1);
    });
  });
  afterAll(async () => {
    await store.close();
    await second.collector.close();
    await rm(directory, { recursive: true, force: true });
    await first.close();
  });

  const send = (to: TestCollector, batch: EventBatch) =>
    deliver(to.collector.url, first.collector.keys.writeKey, batch);
  const drained = () => Promise.all([first.drained(), second.drained()]);

  /** Nothing waits to be mended, and everything is as a recount has it. */
  async function settled(events: number): Promise<void> {
    await drained();
    const raw = async () => {
      const query = 'SELECT count() AS n, uniqExact(queue_id, seq) AS places FROM events FINAL';
      return queryRows<{ readonly n: number; readonly places: number }>(store, query, {});
    };
    await until('nothing is apart', async () => {
      const [rows] = await raw();
      return rows?.n === rows?.places && (await aggregatesApart(store)).length === 0;
    });
    expect(await raw()).toEqual([{ n: events, places: events }]);
    const [counted] = await queryRows(store, 'SELECT sum(s.events) AS n FROM sessions AS s', {});
    expect(counted).toEqual({ n: events });
  }

  it('load what the other has loaded not once more, and of a batch that is known in part only the rest', async () => {
    const batch = visit(1, 1, 10);
    await send(first, batch);
    await first.drained();
    expect(await send(second, batch)).toMatchObject({ accepted: 10 }); // it cannot know, and takes it
    await send(second, visit(1, 6, 14));
    await second.drained();
    expect(await metric(second, 'tidemark_rows_loaded_elsewhere_total')).toBe(10);
    await settled(14);
    const [doubles] = await queryRows(store, 'SELECT count() AS n FROM double_loads', {});
    expect(doubles).toEqual({ n: 0 }); // there was nothing to mend
  });

  it('answer for batches that the other made durable', async () => {
    const batch = visit(2, 1, 4);
    await send(first, batch);
    await first.drained();
    const ask = async (id: string) => {
      const answer = await fetch(`${second.collector.url}/v1/acks?ids=${id}&k=${first.collector.keys.writeKey}`);
      return answer.json();
    };
    expect(await ask(batch.batchId.toUpperCase())).toEqual({ durable: [batch.batchId.toUpperCase()], unknown: [] });
    expect(await ask(testId(77))).toEqual({ durable: [], unknown: [testId(77)] });
    await settled(18);
  });

  it('come to the same figures when they get the same at the same instant, while more of the same hour arrives', async () => {
    let expected = 18;
    for (let round = 0; round < 5; round++) {
      const batches = [3, 4, 5, 6].map((queue) => visit(queue, round * 20 + 1, round * 20 + 20));
      await Promise.all([
        ...batches.map((batch) => send(first, batch)),
        ...batches.map((batch) => send(second, batch)),
      ]);
      await Promise.all([
        send(first, visit(7, round * 5 + 1, round * 5 + 5)),
        send(second, visit(8, round * 5 + 1, round * 5 + 5)),
      ]);
      expected += 4 * 20 + 10;
    }
    await settled(expected);
    const all = ['tidemark_double_loads_mended_total', 'tidemark_rows_loaded_elsewhere_total'];
    await until('every copy was left out or mended', async () => {
      const counts = await Promise.all([first, second].flatMap((one) => all.map((name) => metric(one, name))));
      return counts.reduce((sum, count) => sum + count) >= 400 + 10; // ten were left out before
    });
    await until('the metrics say so', async () => {
      const open = await Promise.all([first, second].map((one) => metric(one, 'tidemark_double_loads')));
      return open.every((count) => count === 0);
    });
  });

  it('keep one copy of an event that went another way, in another session', async () => {
    const batch = visit(9, 1, 6);
    const other = { ...batch, batchId: testId(88), context: { ...batch.context, sessionId: testId(89) } };
    const [{ n: before } = { n: 0 }] = await queryRows<{ n: number }>(
      store,
      'SELECT count() AS n FROM events FINAL',
      {},
    );
    await Promise.all([send(first, batch), send(second, other as EventBatch)]);
    await settled(before + 6);
    const kept = await queryRows(store, 'SELECT DISTINCT session_id FROM events FINAL WHERE queue_id = {id:UUID}', {
      id: batch.context.queueId,
    });
    expect(kept).toHaveLength(1);
  });

  it('find what somebody loads who looks at nothing', async () => {
    const mended = () => Promise.all([first, second].map((one) => metric(one, 'tidemark_double_loads_mended_total')));
    const sum = (counts: readonly number[]) => counts.reduce((all, count) => all + count);
    const before = sum(await mended());
    const [{ n } = { n: 0 }] = await queryRows<{ n: number }>(store, 'SELECT count() AS n FROM events FINAL', {});
    await store.client().command({ query: 'INSERT INTO events SELECT * FROM events FINAL WHERE seq <= 3' });
    await until('they found it', async () => sum(await mended()) > before);
    await settled(n);
  });
});
