import { brandId, type TrackedEvent } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregatesApart } from '../../../../../test/fixtures/aggregates-apart.js';
import { startTestEngine } from '../../../../../test/fixtures/migrated-store.js';
import type { TestEngine } from '../../../../../test/fixtures/start-engine.js';
import { batchRow, EVENTS_LAYOUT, eventRow, rowId } from '../../../../../test/fixtures/store-rows.js';
import { createRowEncoder } from '../encode-rows.js';
import { loadRows } from '../load-rows.js';
import { queryRows } from '../query-rows.js';
import { splitRows } from '../split-rows.js';
import { placesInRaw } from './loaded-elsewhere.js';
import { isoDay } from './note-doubt.js';
import { createPlaceReader, type RowPlace } from './row-place.js';
import { settleLoad } from './settle-load.js';

const encoder = createRowEncoder();
/** The server's own clock forgets what was mended long ago. */
const NOW = Date.now();

/** One load of a queue. */
function rowsOf(queue: number): Buffer {
  const shared = batchRow(queue, queue);
  const context = { ...shared.context, queueId: brandId<never>(rowId(500 + queue)) };
  const events = Array.from({ length: 20 }, (_, at) => {
    const page = `/p${at % 3}`;
    const fields: Partial<TrackedEvent> & Pick<TrackedEvent, 'type'> =
      at % 5 === 0 ? { type: 'view_end', page, dwellMs: 100 } : { type: 'page_view', page };
    return eventRow(at + 1, { ...fields, eventId: brandId(rowId(queue * 10_000 + at)) });
  });
  return Buffer.from(encoder.events({ ...shared, context }, events));
}

function placesOf(rows: Buffer): RowPlace[] {
  const read = createPlaceReader(EVENTS_LAYOUT);
  if (!read) throw new Error('these are no rows of events');
  const types = EVENTS_LAYOUT.columns.map(({ type }) => type);
  return splitRows(rows, types).rows.map(read);
}

describe('a load that a power cut met', () => {
  let test: TestEngine;
  const run = (query: string) => test.store.client().command({ query });
  const loads = () =>
    queryRows<{ queue: string; rows: number }>(
      test.store,
      'SELECT toString(queue_id) AS queue, toUInt32(count()) AS rows FROM loads GROUP BY queue_id ORDER BY queue',
      {},
    );
  beforeAll(async () => {
    test = await startTestEngine();
  });
  afterAll(() => test.close());

  it('is counted once in every aggregate, whether one of them had it twice or not at all, and others keep theirs', async () => {
    const [other, met] = [rowsOf(1), rowsOf(2)];
    for (const rows of [other, met]) await loadRows(test.store, EVENTS_LAYOUT, [rows]);
    const whole = await loads();
    expect(whole.map(({ rows }) => rows)).toEqual([1, 1]);
    await run('INSERT INTO page_stats SELECT * FROM page_stats SETTINGS insert_deduplicate = 0');
    await run('TRUNCATE TABLE sessions');
    await run(`DELETE FROM loads WHERE queue_id = toUUID('${rowId(502)}')`);
    expect((await aggregatesApart(test.store)).length).toBeGreaterThan(1);

    await settleLoad(test.store, [...placesOf(other), ...placesOf(met)], NOW);
    expect(await aggregatesApart(test.store)).toEqual([]);
    expect(await loads()).toEqual(whole);

    await settleLoad(test.store, placesOf(met), NOW);
    expect(await aggregatesApart(test.store)).toEqual([]);
    expect(await loads()).toEqual(whole);
  });

  it('has one entry in the log of loads, also when it came in halves around a row that the store refuses', async () => {
    const cut = rowsOf(3);
    const { rows } = splitRows(
      cut,
      EVENTS_LAYOUT.columns.map(({ type }) => type),
    );
    const bytes = rows.map((row) => row.bytes);
    await loadRows(test.store, EVENTS_LAYOUT, [Buffer.concat(bytes.slice(0, 7))]);
    await loadRows(test.store, EVENTS_LAYOUT, [Buffer.concat(bytes.slice(8))]);
    await settleLoad(test.store, placesOf(cut), NOW);
    expect(await aggregatesApart(test.store)).toEqual([]);
    expect((await loads()).at(-1)).toEqual({ queue: rowId(503), rows: 1 });
  });

  it('is found in the raw table, event by event, whether a queue brought them or a server without one', async () => {
    const device = rowsOf(4);
    const shared = batchRow(5, 5);
    const { queueId: _, ...context } = shared.context;
    const sent = [6, 7].map((n) => ({
      type: 'conversion' as const,
      eventId: brandId<never>(rowId(50_000 + n)),
      seq: 0,
    }));
    const server = Buffer.from(
      encoder.events(
        { ...shared, context },
        sent.map((event) => eventRow(0, event)),
      ),
    );
    await loadRows(test.store, EVENTS_LAYOUT, [device]);
    await loadRows(test.store, EVENTS_LAYOUT, [server]);
    const places = [...placesOf(device), ...placesOf(server)];
    const days = places.map(({ day }) => isoDay(day)).sort();
    const strangers = places.map((place) => ({ ...place, seq: place.seq + 1_000 }));
    const [first, last] = [days[0] as string, days.at(-1) as string];
    const found = await placesInRaw(test.store, 'w1', [...places, ...strangers], first, last);
    const named = (some: readonly { readonly queueId: string; readonly seq: number }[]) =>
      some.map(({ queueId, seq }) => `${queueId} ${seq}`).sort();
    expect(named(found)).toEqual(named(places));
    expect(named(found)).toContain(`${rowId(50_007)} 0`);
  });
});
