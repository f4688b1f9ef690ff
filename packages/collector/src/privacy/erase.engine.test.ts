import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { brandId, type DataMap, type ErasureCertificate } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregatesApart } from '../../../../test/fixtures/aggregates-apart.js';
import { deliver, makeBatch, makeEvent, postBatch, T0, testId } from '../../../../test/fixtures/batches.js';
import { layMigratedStore } from '../../../../test/fixtures/migrated-store.js';
import { tablesOfFiles, writeTablesPlain } from '../../../../test/fixtures/plain-tables.js';
import { scanForId } from '../../../../test/fixtures/scan-for-id.js';
import {
  inspectStore,
  startTestCollector,
  type TestCollector,
} from '../../../../test/fixtures/start-test-collector.js';
import { batchRow, EVENTS_LAYOUT, eventRow } from '../../../../test/fixtures/store-rows.js';
import { connectStore, type StoreConnection } from '../store/connect.js';
import { createRowEncoder, REJECTED_STREAM, ROW_LAYOUTS } from '../store/encode-rows.js';
import { loadRows } from '../store/load-rows.js';
import { queryRows } from '../store/query-rows.js';
import { keepRefused } from '../store/refused-rows.js';
import { type SplitRow, splitRows } from '../store/split-rows.js';
import type { RowLayout } from '../store/tables/column.js';

/** A user id with what statements are made of, so that an escape that is missing shows. */
const USER = `o'neil\\ {id:String} "7"`;
const VISITOR = String(testId(3_000_000_001));
const SINCE = `/p`;

/** One device with all that a view counts; device 1 is the subject, the others share its pages, hours and minutes. */
const eventsOf = (device: number, userId?: string) => [
  makeEvent(1, { type: 'page_view', name: undefined, page: `${SINCE}1`, title: 'one' }, device),
  makeEvent(
    2,
    {
      type: 'view_end',
      name: undefined,
      page: `${SINCE}1`,
      viewId: testId(9_000 + device),
      dwellMs: 700 + device,
      visibleMs: 900,
      focusedMs: 800,
      scrollDepthRatio: 1,
    },
    device,
  ),
  makeEvent(3, { type: 'transition', name: undefined, fromPage: `${SINCE}1`, page: `${SINCE}2`, way: 'link' }, device),
  makeEvent(
    4,
    { type: 'conversion', name: undefined, goal: 'bought', amount: 5, currency: 'CNY', page: `${SINCE}2` },
    device,
  ),
  makeEvent(5, { props: { plain: device, ...(userId && { friend: userId }) } }, device),
  makeEvent(6, { type: 'alias', name: undefined, previousVisitorId: testId(3_500_000_000 + device) }, device),
  ...(userId ? [makeEvent(7, { type: 'identify', name: undefined, userId }, device)] : []),
  makeEvent(8, { occurredAt: T0 + 86_400_000 * 3 }, device),
];

describe('erasing a visitor and a user', () => {
  let test: TestCollector;
  let store: StoreConnection;
  let directory: string;
  beforeAll(async () => {
    directory = await mkdtemp(join(tmpdir(), 'tidemark-erase-'));
    await layMigratedStore(join(directory, 'engine'));
    await inspectStore(directory, writeTablesPlain);
  });
  afterAll(async () => {
    await store.close();
    await test.close();
  });

  async function ask(path: string, subject: unknown, key = test.collector.keys.secretKey): Promise<Response> {
    return fetch(`${test.collector.url}/v1/privacy/${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}` },
      body: JSON.stringify({ subject }),
    });
  }

  async function eraseNow(subject: string): Promise<ErasureCertificate> {
    const answer = await ask('erase', subject);
    expect(answer.status, await answer.clone().text()).toBe(200);
    return (await answer.json()) as ErasureCertificate; // the collector's own
  }

  async function tablesWith(id: string): Promise<string[]> {
    // What the detectors keep is a folder, and whom it names depends on what they have read to the end.
    return (await tablesOfFiles(store, await scanForId(directory, id))).filter((table) => table !== 'risk');
  }

  it('finds both ids in the WAL before anything is loaded', async () => {
    const engineCommand = [process.execPath, '-e', 'process.stdin.resume()'] as const;
    const early = await startTestCollector(directory, {}, { engineCommand });
    const { url, keys } = early.collector;
    for (const device of [1, 2, 3]) {
      const invalid = { ...makeEvent(9, {}, device), visitor: testId(3_000_000_000 + device), seq: 'nine' };
      const context = device === 1 ? { userId: 'somebody else' } : device === 2 ? { userId: USER } : {};
      const events = [...eventsOf(device, device === 3 ? undefined : USER), invalid];
      await deliver(url, keys.writeKey, makeBatch({ queue: device, context, events }));
    }
    for (const id of [VISITOR, USER]) {
      expect(
        (await scanForId(directory, id)).filter((file) => file.startsWith('wal/')),
        id,
      ).not.toEqual([]);
    }
    await early.collector.close();
  });

  it('finds them in raw, rejected and every aggregate that holds ids once it is loaded', async () => {
    test = await startTestCollector(directory);
    await test.drained();
    store = connectStore(test.collector.storeAddress, 'tidemark');
    await test.collector.flagged();
    await plantRefusedRow();
    expect(await tablesWith(VISITOR)).toEqual([
      'aliases',
      'events',
      'flags',
      'goals',
      'minute_activity',
      'rejected',
      'sessions',
      'steps',
      'user_days',
    ]);
    expect((await scanForId(directory, VISITOR)).filter((file) => file.startsWith('risk/'))).not.toEqual([]);
    expect(await tablesWith(USER)).toEqual(['events', 'sessions', 'user_days']);
    expect(await aggregatesApart(store)).toEqual([]);
  });

  /** As the loader keeps a row that the store will never take. */
  async function plantRefusedRow(): Promise<void> {
    const encoder = createRowEncoder();
    const shared = batchRow(1, 1, 'test');
    const context = { ...shared.context, visitorId: brandId<never>(VISITOR) };
    const bytes = Buffer.from(
      encoder.events({ ...shared, context }, [eventRow(40, { type: 'page_view', page: '/x' })]),
    );
    const [row] = splitRows(
      bytes,
      EVENTS_LAYOUT.columns.map(({ type }) => type),
    ).rows;
    const kept = keepRefused(row as SplitRow, EVENTS_LAYOUT, { fault: 'BAD_VALUE' } as never);
    await loadRows(store, ROW_LAYOUTS[REJECTED_STREAM] as RowLayout, [encoder.rejected(kept ? [kept] : [])]);
  }

  it('exports all of it first, a line a row', async () => {
    const answer = await ask('export', VISITOR);
    const lines = (await answer.text())
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { table: string; row: Record<string, unknown> });
    const tables = lines.map(({ table }) => table);
    expect(tables.filter((table) => table === 'events')).toHaveLength(8);
    expect([...new Set(tables)].sort()).toEqual([
      'aliases',
      'events',
      'flags',
      'rejected',
      'sessions',
      'steps',
      'user_days',
    ]);
    expect(tables.filter((table) => table === 'rejected')).toHaveLength(2);
    expect(lines.filter(({ table }) => table === 'events').every(({ row }) => row.visitor_id === VISITOR)).toBe(true);
  });

  it('is told beforehand what is held: each column with its class, each table with what an erasure does to it', async () => {
    const answer = await fetch(`${test.collector.url}/v1/privacy/report`, {
      headers: { authorization: `Bearer ${test.collector.keys.secretKey}` },
    });
    const { tables } = (await answer.json()) as DataMap; // the collector's own
    const unclassified = tables.flatMap(({ table, columns }) =>
      columns.filter(({ dataClass }) => dataClass === undefined).map(({ name }) => `${table}.${name}`),
    );
    expect(unclassified).toEqual([]);
    // Whoever adds a column of this class to a table says so to the erasure, by its name.
    const identified = tables.filter(({ columns }) => columns.some(({ dataClass }) => dataClass === 'identity'));
    const open = identified.filter(({ erasure }) => erasure === 'none').map(({ table }) => table);
    expect(open).toEqual(['suppressions']);
    expect(identified.length).toBeGreaterThan(6);
  });

  it('leaves nothing of a visitor in any file, and counts what it did', async () => {
    const certificate = await eraseNow(VISITOR.toUpperCase());
    expect(certificate).toMatchObject({
      workspaceId: 'test',
      deleted: { events: 8, rejected: 2, sessions: 1, user_days: 2, aliases: 1 },
      recounted: { sessions: 1, page_stats: 1, transitions: 1, goals: 1, aliases: 1, user_days: 2 },
      days: ['2026-01-05', '2026-01-08'],
      remaining: 0,
    });
    expect(await scanForId(directory, VISITOR)).toEqual([]);
    expect(await aggregatesApart(store)).toEqual([]);
    const [left] = await queryRows(
      store,
      'SELECT count() AS events, uniqExact(visitor_id) AS visitors FROM events',
      {},
    );
    expect(left).toEqual({ events: 15, visitors: 2 });
    expect(await queryRows(store, 'SELECT count() AS rows FROM rejected', {})).toEqual([{ rows: 2 }]);
  });

  it('does the same for a user, whatever its id is made of', async () => {
    expect(await tablesWith(USER)).toEqual(['events', 'sessions', 'user_days']);
    const certificate = await eraseNow(USER);
    expect(certificate.deleted).toMatchObject({ events: 8, rejected: 1, sessions: 1 });
    expect(await scanForId(directory, USER)).toEqual([]);
    expect(await aggregatesApart(store)).toEqual([]);
  });

  it('takes a short id for a user only where a user is named', async () => {
    const { url, keys } = test.collector;
    const events = [
      makeEvent(1, { props: { plan: '7', ownerUserId: 'somebody' } }, 5),
      makeEvent(2, { props: { plan: 'gold', ownerUserId: '7' } }, 5),
      makeEvent(3, { type: 'identify', name: undefined, userId: '7' }, 5),
      { ...makeEvent(4, {}, 5), seq: 'bad', plan: '7' },
      { ...makeEvent(5, {}, 5), seq: 'bad', userId: '7' },
    ];
    await deliver(url, keys.writeKey, makeBatch({ queue: 5, events }));
    await test.drained();
    expect((await eraseNow('7')).deleted).toMatchObject({ events: 2, rejected: 1 });
    expect(await aggregatesApart(store)).toEqual([]);
  });

  it('refuses what comes later, keeps nothing of it, and shows nothing of it live', async () => {
    const { url, keys } = test.collector;
    const late = [makeEvent(20, {}, 1), { ...makeEvent(21, {}, 1), seq: 'bad', note: VISITOR }];
    const ack = await deliver(url, keys.writeKey, makeBatch({ queue: 1, events: late }));
    expect(ack.accepted).toBe(0);
    expect(ack.rejected.map(({ reason, field }) => [reason, field])).toEqual([
      ['subject_erased', 'context.visitorId'],
      ['subject_erased', 'context.visitorId'],
    ]);
    const identify = [makeEvent(30, { type: 'identify', name: undefined, userId: USER }, 4), makeEvent(31, {}, 4)];
    const other = await deliver(url, keys.writeKey, makeBatch({ queue: 4, events: identify }));
    expect(other).toMatchObject({ accepted: 1, rejected: [{ reason: 'subject_erased', field: 'userId' }] });
    await test.drained();
    for (const id of [VISITOR, USER]) expect(await scanForId(directory, id)).toEqual([]);
    const kept = await queryRows(store, `SELECT raw FROM rejected WHERE reason = 'subject_erased'`, {});
    expect(kept).toEqual([{ raw: '' }, { raw: '' }, { raw: '' }]);
  });

  it('finds nothing the second time, under the same suppression', async () => {
    const { suppression, deleted, days } = await eraseNow(VISITOR);
    const again = await eraseNow(VISITOR);
    expect(again.suppression).toEqual(suppression);
    expect([...Object.values(deleted)].every((rows) => rows === 0)).toBe(true);
    expect(days).toEqual([]);
  });

  it('is in the audit log by its certificate, and takes secret keys alone', async () => {
    const audit = await readFile(join(directory, 'audit.jsonl'), 'utf8');
    expect(audit.match(/"subject\.erase"/g)).toHaveLength(5);
    expect(audit.match(/"subject\.export"/g)).toHaveLength(1);
    for (const key of [test.collector.keys.writeKey, test.collector.keys.readKey]) {
      expect((await ask('erase', VISITOR, key)).status).toBe(403);
    }
    for (const bad of ['', 7, null, 'x'.repeat(513), '00000000-0000-0000-0000-000000000000']) {
      const answer = await ask('erase', bad);
      expect([answer.status, ((await answer.json()) as { field?: string }).field]).toEqual([400, 'subject']);
    }
  });

  it('refuses after a restart that has no store, too', async () => {
    await test.collector.close();
    await store.close();
    const engineCommand = [process.execPath, '-e', 'process.stdin.resume()'] as const;
    const alone = await startTestCollector(directory, {}, { engineCommand });
    const answer = await postBatch(alone.collector.url, alone.collector.keys.writeKey, makeBatch({ queue: 1 }));
    expect(await answer.json()).toMatchObject({ accepted: 0, rejected: [{ reason: 'subject_erased' }] });
    await alone.collector.close();
  });
});
