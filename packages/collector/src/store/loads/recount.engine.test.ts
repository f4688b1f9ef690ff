import { randomUUID } from 'node:crypto';
import { brandId, type TrackedEvent } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregatesApart } from '../../../../../test/fixtures/aggregates-apart.js';
import { startTestEngine } from '../../../../../test/fixtures/migrated-store.js';
import type { TestEngine } from '../../../../../test/fixtures/start-engine.js';
import { batchRow, EVENTS_LAYOUT, eventRow, rowId } from '../../../../../test/fixtures/store-rows.js';
import { createRowEncoder } from '../encode-rows.js';
import { loadRows } from '../load-rows.js';
import { queryRows } from '../query-rows.js';
import type { BatchRow } from '../tables/events.js';
import { readAggregates } from './aggregates.js';
import { closeMend, countDoubleLoads, openMend } from './double-loads.js';
import { recount } from './recount.js';

const encoder = createRowEncoder();
const HOUR = 3_600;
type Fields = Partial<TrackedEvent> & Pick<TrackedEvent, 'type'>;

describe('counting anew what was loaded twice', () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startTestEngine();
  });
  afterAll(() => test.close());

  /** Loads events of one queue; another load of the same events is other bytes. */
  async function load(queue: number, seqs: readonly number[], batch: Partial<BatchRow> = {}): Promise<void> {
    const shared = batchRow(queue, queue);
    const context = { ...shared.context, queueId: brandId<never>(rowId(500 + queue)), ...batch.context };
    const rows = encoder.events(
      { ...shared, ...batch, context, batchId: brandId(randomUUID()) },
      seqs.map((seq) => eventRow(seq, { ...fieldsOf(seq), eventId: brandId(rowId(queue * 10_000 + seq)) })),
    );
    await loadRows(test.store, EVENTS_LAYOUT, [rows]);
  }

  function fieldsOf(seq: number): Fields {
    const page = `/p${seq % 3}`;
    if (seq % 5 === 0) return { type: 'view_end', page, dwellMs: seq * 100 };
    if (seq % 7 === 0) return { type: 'conversion', goal: 'subscribe', amount: seq, currency: 'CNY', page };
    if (seq % 4 === 0) return { type: 'transition', fromPage: '/a', page, way: 'push' };
    return { type: 'page_view', page };
  }

  async function mendAll(): Promise<number> {
    const mendId = randomUUID();
    const events = await openMend(test.store, mendId, 60, 10_000);
    await recount(test.store, mendId);
    await closeMend(test.store, mendId);
    return events;
  }

  const range = (first: number, last: number) => Array.from({ length: last - first + 1 }, (_, at) => first + at);

  it('knows every aggregate from the schema, and none of them is apart at first', async () => {
    const tables = (await readAggregates(test.store)).map(({ table }) => table);
    expect(tables).toEqual(expect.arrayContaining(['aliases', 'page_stats', 'sessions']));
    expect(tables).not.toContain('loads');
    await load(1, range(1, 40));
    await load(1, range(41, 60));
    await load(2, [1, 2, 5, 9]); // a queue with gaps, which the next load fills
    await load(2, [3, 4, 6, 7, 8]);
    expect(await countDoubleLoads(test.store, 60)).toBe(0);
    expect(await aggregatesApart(test.store)).toEqual([]);
  });

  it('finds the events that two loads brought, and makes every aggregate what the raw rows say', async () => {
    await load(3, range(1, 50));
    await load(3, range(41, 60));
    await load(3, [45, 47, 61]);
    expect((await aggregatesApart(test.store)).length).toBeGreaterThan(1);
    expect(await countDoubleLoads(test.store, 60)).toBe(10);
    expect(await mendAll()).toBe(10);
    expect(await aggregatesApart(test.store)).toEqual([]);
    expect(await countDoubleLoads(test.store, 60)).toBe(0);
    await load(3, [46, 48]); // a third copy of what was mended, and of what was not
    await load(3, [1]);
    expect(await countDoubleLoads(test.store, 60)).toBe(3);
    await mendAll();
    expect(await aggregatesApart(test.store)).toEqual([]);
  });

  it('finds them although a merge has made one row of both', async () => {
    await load(4, range(1, 30));
    await load(4, range(1, 30));
    await test.store.client().command({ query: 'OPTIMIZE TABLE events FINAL' });
    const [raw] = await queryRows(test.store, 'SELECT count() AS n FROM events WHERE queue_id = {id:UUID}', {
      id: rowId(504),
    });
    expect(raw).toEqual({ n: 30 });
    expect((await aggregatesApart(test.store)).length).toBeGreaterThan(1);
    await mendAll();
    expect(await aggregatesApart(test.store)).toEqual([]);
  });

  it('keeps the earlier of two copies that lie in different sessions', async () => {
    const shared = batchRow(5, 5);
    await load(5, range(1, 30));
    const other = { ...shared.context, queueId: brandId<never>(rowId(505)), sessionId: brandId<never>(rowId(77_777)) };
    await load(5, range(11, 40), { context: other, receivedAt: shared.receivedAt + 1 });
    expect(await mendAll()).toBe(20);
    expect(await aggregatesApart(test.store)).toEqual([]);
    const rows = await queryRows(
      test.store,
      `SELECT session_id = toUUID({other:String}) AS other, count() AS n, uniqExact(seq) AS seqs FROM events FINAL WHERE queue_id = {id:UUID} GROUP BY other ORDER BY other`,
      { id: rowId(505), other: rowId(77_777) },
    );
    expect(rows).toMatchObject([
      { n: 30, seqs: 30 },
      { n: 10, seqs: 10 },
    ]);
  });

  it('keeps what came at the same instant together, all in one of the sessions', async () => {
    const shared = batchRow(9, 9);
    await load(9, range(1, 30));
    const other = { ...shared.context, queueId: brandId<never>(rowId(509)), sessionId: brandId<never>(rowId(77_779)) };
    await load(9, range(1, 30), { context: other });
    expect(await mendAll()).toBe(30);
    expect(await aggregatesApart(test.store)).toEqual([]);
    const rows = await queryRows(
      test.store,
      'SELECT count() AS n, uniqExact(seq) AS seqs FROM events FINAL WHERE queue_id = {id:UUID} GROUP BY session_id',
      { id: rowId(509) },
    );
    expect(rows).toEqual([{ n: 30, seqs: 30 }]);
  });

  it('counts anew what a mend that was cut short left half done', async () => {
    await load(6, range(1, HOUR / 60));
    await load(6, range(1, HOUR / 60));
    const mendId = randomUUID();
    await openMend(test.store, mendId, 60, 10_000);
    await test.store
      .client()
      .command({ query: 'DELETE FROM sessions WHERE session_id = {id:UUID}', query_params: { id: rowId(106) } });
    expect(await mendAll()).toBe(60); // found again under another name
    expect(await aggregatesApart(test.store)).toEqual([]);
  });

  it('takes an event without a queue for a queue of its own', async () => {
    const context = { ...batchRow(8, 8).context, queueId: brandId<never>('') }; // written as the zero UUID
    const rows = (seqs: readonly number[], batchId: string) =>
      encoder.events(
        { ...batchRow(8, 8), context, batchId },
        seqs.map((n) => eventRow(n, { type: 'custom', name: 'x', seq: 0 })),
      );
    await loadRows(test.store, EVENTS_LAYOUT, [rows([801, 802, 803], rowId(1))]);
    await loadRows(test.store, EVENTS_LAYOUT, [rows([803, 804], rowId(2))]);
    expect(await countDoubleLoads(test.store, 60)).toBe(1);
    await mendAll();
    expect(await aggregatesApart(test.store)).toEqual([]);
  });
});
