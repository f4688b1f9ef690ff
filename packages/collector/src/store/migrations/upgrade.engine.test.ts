import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brandId, LIMITS, type TrackedEvent } from '@tidemark/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { T0 } from '../../../../../test/fixtures/batches.js';
import { startEmptyEngine } from '../../../../../test/fixtures/start-engine.js';
import { inspectStore, startTestCollector } from '../../../../../test/fixtures/start-test-collector.js';
import { batchRow, eventRow, rowId } from '../../../../../test/fixtures/store-rows.js';
import { openTestWal } from '../../../../../test/fixtures/wal.js';
import { layoutOf, WAL_LAYOUT } from '../../boot/pipeline/wal-streams.js';
import type { StoreConnection } from '../connect.js';
import { createRowEncoder, EVENTS_STREAM, ROW_LAYOUTS } from '../encode-rows.js';
import { loadRows } from '../load-rows.js';
import { queryRows } from '../query-rows.js';
import { createRowBinaryWriter } from '../row-binary.js';
import { type RowLayout, rowLayout } from '../tables/column.js';
import { BATCH_COLUMNS, EVENT_COLUMNS } from '../tables/events.js';
import { applyMigrations, MIGRATIONS } from './apply-migrations.js';

/** What the release before the bridge had, and how it wrote its rows. */
const MIGRATIONS_BEFORE = MIGRATIONS.filter(({ number }) => number < 3);
const NEW_COLUMNS = [
  'logical_at',
  'logical_count',
  'from_template',
  'modules',
  'remaining_shares',
  'period_at',
  'revision',
  'source',
];
/** What a batch has since then. */
const NEW_BATCH_COLUMNS = [
  'ua_family',
  'os_family',
  'device_class',
  'bot_signals',
  'country',
  'region',
  'latitude',
  'longitude',
  'place_radius_km',
];
const BATCH_COLUMNS_BEFORE = BATCH_COLUMNS.filter(({ name }) => !NEW_BATCH_COLUMNS.includes(name));
const COLUMNS_BEFORE = EVENT_COLUMNS.filter(({ name }) => !NEW_COLUMNS.includes(name));
const LAYOUT_BEFORE = JSON.stringify([
  rowLayout('events', [...BATCH_COLUMNS_BEFORE, ...COLUMNS_BEFORE]),
  ...ROW_LAYOUTS.slice(1),
]);

const WORKSPACE = 'test';

/** As the collector does it with a segment. */
function loadStream(store: StoreConnection, layout: string, stream: number, rows: readonly Uint8Array[]) {
  return loadRows(store, layoutOf(layout, stream) as RowLayout, rows); // the stream is one of the layout's
}

type Fields = Partial<TrackedEvent> & Pick<TrackedEvent, 'type'>;

/** Rows of one session and visitor, as the release before wrote them; an event happens `seq` seconds after T0. */
function rowsBefore(session: number, visitor: number, events: Readonly<Record<number, Fields>>): Buffer {
  const writer = createRowBinaryWriter();
  for (const [seq, fields] of Object.entries(events)) {
    for (const column of BATCH_COLUMNS_BEFORE) column.write(writer, batchRow(session, visitor, WORKSPACE));
    for (const column of COLUMNS_BEFORE) column.write(writer, eventRow(Number(seq), fields));
  }
  return writer.take();
}

const view = (page: string): Fields => ({ type: 'page_view', page });
const aliasOf = (visitor: number): Fields => ({
  type: 'alias',
  previousVisitorId: brandId(rowId(visitor)),
});

/** The whole schema, but for what a server makes up. */
function schemaOf(store: StoreConnection): Promise<unknown[]> {
  return queryRows(
    store,
    `SELECT name, engine, replaceRegexpAll(create_table_query, 'UUID \\'[^\\']*\\'', '') AS statement
     FROM system.tables WHERE database = currentDatabase() AND name != 'schema_migrations' ORDER BY name`,
    {},
  );
}

async function sessionRows(store: StoreConnection): Promise<unknown[]> {
  return queryRows(
    store,
    `SELECT toUInt32(right(toString(session_id), 4)) - 100 AS session, sum(s.events) AS events,
            substring(max(s.entry_view), 18) AS first, substring(max(s.exit_view), 18) AS last
     FROM sessions AS s GROUP BY session_id ORDER BY session`,
    {},
  );
}

describe('the step to the bridge', () => {
  it('ends at the schema of a fresh install, however often a statement ran', async () => {
    const fresh = await startEmptyEngine();
    onTestFinished(() => fresh.close());
    await applyMigrations(fresh.store);
    const upgraded = await startEmptyEngine();
    onTestFinished(() => upgraded.close());
    expect(await applyMigrations(upgraded.store, MIGRATIONS_BEFORE)).toEqual([1, 2]);
    await loadStream(upgraded.store, LAYOUT_BEFORE, EVENTS_STREAM, [rowsBefore(1, 7, { 1: view('/a') })]);
    const expected = await schemaOf(fresh.store);
    expect(expected.length).toBeGreaterThan(9);
    expect(await schemaOf(upgraded.store)).not.toEqual(expected);

    const missing = MIGRATIONS.slice(MIGRATIONS_BEFORE.length);
    for (const [index, { number, statements }] of missing.entries()) {
      for (const query of [...statements, ...statements]) {
        await upgraded.store.client().command({ query }); // cut short before it was noted
      }
      const known = MIGRATIONS.slice(0, MIGRATIONS_BEFORE.length + index + 1);
      expect(await applyMigrations(upgraded.store, known)).toEqual([number]);
    }
    expect(await schemaOf(upgraded.store)).toEqual(expected);
  });

  it('loads what an older collector left in its WAL, and counts what it had loaded already only once', async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-collector-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const loaded = rowsBefore(1, 11, { 1: view('/first'), 2: view('/second'), 3: aliasOf(12) });
    const inFlight = rowsBefore(2, 12, { 4: view('/third'), 5: aliasOf(13) });
    const waiting = rowsBefore(3, 13, { 7: view('/fourth'), 6: view('/fifth') });
    await inspectStore(directory, async (store) => {
      await applyMigrations(store, MIGRATIONS_BEFORE);
      for (const rows of [loaded, inFlight]) await loadStream(store, LAYOUT_BEFORE, EVENTS_STREAM, [rows]);
    });
    // It ended after a load and before it had deleted the segment.
    const wal = await openTestWal(join(directory, 'wal'), undefined, { layout: LAYOUT_BEFORE, segmentRows: 2 });
    for (const rows of [inFlight, waiting]) {
      await wal.append([{ stream: EVENTS_STREAM, rowCount: 2, note: Buffer.alloc(0), rows }]);
    }
    await wal.close();

    const test = await startTestCollector(directory);
    await test.drained();
    expect((await test.report('sessions')).totals).toMatchObject({ sessions: 3, events: 7, views: 5, visitors: 1 });
    await test.collector.close();

    await inspectStore(directory, async (store) => {
      expect(await sessionRows(store)).toEqual([
        { session: 1, events: 3, first: '/first', last: '/second' },
        { session: 2, events: 2, first: '/third', last: '/third' },
        { session: 3, events: 2, first: '/fifth', last: '/fourth' },
      ]);
      const [rows] = await queryRows(
        store,
        `SELECT count() AS events, countIf(logical_at = occurred_at AND logical_count = 0 AND modules = [] AND from_template = '') AS plain
         FROM events`,
        {},
      );
      expect(rows).toEqual({ events: 7, plain: 7 });

      // A session that goes on across the upgrade: its old first view and its new last one are compared alike.
      const next = createRowEncoder().events(batchRow(1, 11, WORKSPACE), [
        eventRow(8, { ...view('/latest'), logicalMs: T0 + 60_000, logicalCount: 65_535 }, 4_000),
        eventRow(9, { ...view('/later'), logicalMs: T0 + 60_000, logicalCount: 65_534 }),
        eventRow(10, { ...view('/middle'), logicalMs: T0 + 59_999, logicalCount: 65_535 }, 3_600_000),
        eventRow(12, { ...view('/far'), logicalMs: T0 + 60_000, logicalCount: 65_534, seq: LIMITS.seqMax }),
        eventRow(11, {
          type: 'transition',
          fromPage: '/a',
          way: 'push',
          fromTemplate: 'list',
          modules: ['hero', '漢字'],
        }),
      ]);
      await loadStream(store, WAL_LAYOUT, EVENTS_STREAM, [next]);
      expect((await sessionRows(store))[0]).toEqual({ session: 1, events: 8, first: '/first', last: '/latest' });
      expect(await queryRows(store, 'SELECT from_template, modules FROM events WHERE seq = 11', {})).toEqual([
        { from_template: 'list', modules: ['hero', '漢字'] },
      ]);
    });
  });
});
