import { getPriority } from 'node:os';
import { brandId } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { askReport } from '../../../../test/fixtures/ask-report.js';
import { T0 } from '../../../../test/fixtures/batches.js';
import { startEmptyEngine, type TestEngine } from '../../../../test/fixtures/start-engine.js';
import { batchRow, eventRow, layoutOf, rowId } from '../../../../test/fixtures/store-rows.js';
import { createRowEncoder, EVENTS_STREAM, REJECTED_STREAM, ROW_LAYOUTS } from './encode-rows.js';
import { loadRows } from './load-rows.js';
import { applyMigrations, MIGRATIONS } from './migrations/apply-migrations.js';
import { queryRows } from './query-rows.js';

const encoder = createRowEncoder();
describe('the store on the embedded engine', () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startEmptyEngine();
  });
  afterAll(() => test.close());

  it('applies the migrations once, and the schema is exactly what the encoder writes', async () => {
    expect(await applyMigrations(test.store)).toEqual(MIGRATIONS.map(({ number }) => number));
    expect(await applyMigrations(test.store)).toEqual([]);
    for (const { table, columns } of ROW_LAYOUTS) {
      const live = await queryRows<{ name: string; type: string }>(
        test.store,
        `SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String} ORDER BY position`,
        { table },
      );
      expect(live).toEqual(columns);
    }
  });

  it('reads back every kind of value, and counts a load that is sent again only once, views included', async () => {
    const nasty = "it's \u0000 \n\n '); DROP TABLE events; -- 漢字 😀 \ud800";
    const first = encoder.events(batchRow(1, 7), [
      eventRow(1, {
        type: 'page_view',
        page: '/a',
        title: nasty,
        props: { n: 1.5, ok: true, text: nasty },
        campaign: { source: 'mail', name: nasty },
      }),
      eventRow(2, { type: 'view_end', page: '/a', dwellMs: 1_000 }),
      eventRow(3, { type: 'page_view', page: '/b' }),
      eventRow(4, { type: 'conversion', goal: 'subscribe', amount: 12_345.6789, currency: 'CNY', page: '/b' }),
      eventRow(5, { type: 'view_end', page: '/b', dwellMs: 4_000 }),
    ]);
    const second = encoder.events(batchRow(2, 8), [
      eventRow(6, { type: 'page_view', page: '/b' }),
      eventRow(7, { type: 'view_end', page: '/b', dwellMs: 7_001 }),
    ]);
    for (let copy = 0; copy < 3; copy++) await loadRows(test.store, layoutOf(EVENTS_STREAM), [first, second]);

    const [row] = await queryRows<Record<string, unknown>>(
      test.store,
      `SELECT title, props, toString(event_id) AS event_id, toString(occurred_at) AS occurred_at, toString(event_day) AS day
       FROM events WHERE seq = 1`,
      {},
    );
    const stored = nasty.replace('\ud800', '\ufffd');
    expect(row).toEqual({
      title: stored,
      props: { n: '1.5', ok: 'true', text: stored, 'campaign.source': 'mail', 'campaign.name': stored },
      event_id: rowId(1),
      occurred_at: '2026-01-05 10:30:01.000',
      day: '2026-01-05',
    });
    expect(
      await queryRows(test.store, "SELECT toString(amount) AS a FROM events WHERE name = 'subscribe'", {}),
    ).toEqual([{ a: '12345.6789' }]);
    const range = { from: T0 - 60_000, to: T0 + 3_600_000 };
    expect(await askReport(test.store, 'w1', 'pages', range)).toMatchObject({
      rows: [
        { page: '/b', surface: 'h5', views: 2, visitors: 2, entries: 1, exits: 2, bounces: 1, dwellMsMedian: 5_500.5 },
        { page: '/a', surface: 'h5', views: 1, visitors: 1, entries: 1, exits: 0, bounces: 0, dwellMsMedian: 1_000 },
      ],
      totals: { views: 3, visitors: 2, sessions: 2 },
    });
    expect((await askReport(test.store, 'w1', 'sessions', {})).totals).toEqual({
      sessions: 2,
      visitors: 2,
      events: 7,
      views: 3,
      bounces: 1,
      bounceRatio: 0.5,
      durationMsMedian: 2_500,
    });
    expect(await askReport(test.store, 'w1', 'visitors', { surface: 'native' })).toEqual({
      rows: [],
      totals: { visitors: 0, users: 0, sessions: 0, views: 0 },
    });
    expect((await askReport(test.store, 'another', 'pages', {})).rows).toEqual([]);
  });

  it('counts a load once even when its device clocks say every year that the protocol allows', async () => {
    const years = Array.from({ length: 101 }, (_, index) => Date.UTC(2000 + index, 0, 1));
    const rows = years.map((at, index) => eventRow(1_000 + index, { type: 'page_view', page: '/clock' }, at - T0));
    const load = encoder.events(batchRow(3, 9), rows);
    for (let copy = 0; copy < 2; copy++) await loadRows(test.store, layoutOf(EVENTS_STREAM), [load]);
    const [counted] = await queryRows(
      test.store,
      `SELECT (SELECT count() FROM events WHERE page = '/clock') AS events,
              (SELECT sum(views) FROM page_stats WHERE page = '/clock') AS views,
              (SELECT sum(events) FROM sessions WHERE visitor_id = {visitor:UUID}) AS inSessions`,
      { visitor: rowId(9) },
    );
    expect(counted).toEqual({ events: 101, views: 101, inSessions: 101 });
  });

  it('keeps what was refused', async () => {
    const rejection = { index: 3, eventId: brandId<never>('x'), reason: 'wrong_type', field: 'seq' } as const;
    const rows = encoder.rejected([
      { workspaceId: 'w1', appId: 'shop', batchId: rowId(1), receivedAt: T0, rejection, raw: '{"a":1}' },
    ]);
    await loadRows(test.store, layoutOf(REJECTED_STREAM), [rows]);
    expect(await queryRows(test.store, 'SELECT event_index, reason, field, raw FROM rejected', {})).toEqual([
      { event_index: 3, reason: 'wrong_type', field: 'seq', raw: '{"a":1}' },
    ]);
  });

  it('tells a wrong statement by its code, and a wrong password', async () => {
    await expect(queryRows(test.store, 'SELECT nope FROM events', {})).rejects.toMatchObject({ code: '47' });
    const address = test.engine.address();
    const answer = await fetch(`${address?.url}/?query=SELECT%201`);
    expect(answer.status).toBe(401);
  });

  it('gives way to whoever acknowledges, where processors are few', () => {
    expect(getPriority(test.engine.pid())).toBeGreaterThan(getPriority());
  });

  it('comes back by itself when it is killed, with everything it had acknowledged', async () => {
    const [before] = await queryRows<{ n: number }>(test.store, 'SELECT count() AS n FROM events', {});
    process.kill(test.engine.pid() as number, 'SIGKILL');
    await expect.poll(() => test.engine.restarts()).toBe(1);
    await expect.poll(() => test.store.ping()).toBe(true);
    expect(await queryRows(test.store, 'SELECT count() AS n FROM events', {})).toEqual([before]);
  });
});
