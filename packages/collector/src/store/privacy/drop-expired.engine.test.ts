import { brandId } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregatesApart } from '../../../../../test/fixtures/aggregates-apart.js';
import { T0 } from '../../../../../test/fixtures/batches.js';
import { startTestEngine, type TestEngine } from '../../../../../test/fixtures/start-engine.js';
import { batchRow, EVENTS_LAYOUT, eventRow, layoutOf, rowId } from '../../../../../test/fixtures/store-rows.js';
import { writeDecisions } from '../decisions/decision-rows.js';
import { createRowEncoder, REJECTED_STREAM } from '../encode-rows.js';
import { loadRows } from '../load-rows.js';
import { applyMigrations } from '../migrations/apply-migrations.js';
import { queryRows } from '../query-rows.js';
import { dropExpired } from './drop-expired.js';

const DAY_MS = 86_400_000;
const WORKSPACES = ["it's", 'other'];

describe('what is older than it is kept', () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startTestEngine();
    await applyMigrations(test.store);
    const encoder = createRowEncoder();
    for (const [at, workspaceId] of WORKSPACES.entries()) {
      for (let day = 0; day < 5; day++) {
        const receivedAt = T0 + day * DAY_MS;
        const visitor = 10 + day;
        const shared = { ...batchRow(at * 10 + day, visitor, workspaceId), receivedAt };
        const context = { ...shared.context, sessionStartedAt: receivedAt };
        const events = [
          eventRow(1 + day * 10, { type: 'page_view', page: '/a' }, day * DAY_MS),
          eventRow(2 + day * 10, { type: 'alias', previousVisitorId: brandId(rowId(90 + day)) }, day * DAY_MS),
        ];
        await loadRows(test.store, EVENTS_LAYOUT, [encoder.events({ ...shared, context }, events)]);
        const rejection = { index: 0, eventId: brandId<never>(rowId(1)), reason: 'wrong_type', field: 'seq' } as const;
        const row = { workspaceId, appId: 'shop', batchId: rowId(day), receivedAt, rejection, raw: '{}' };
        await loadRows(test.store, layoutOf(REJECTED_STREAM), [encoder.rejected([row])]);
        const decision = { workspaceId, decisionId: rowId(at * 10 + day), decidedAt: receivedAt, userId: 'u' };
        const json = { asked: '{}', facts: '{}', answer: '{}' };
        await writeDecisions(test.store, [{ ...decision, productId: '', side: '', modelVersion: 'risk/1', ...json }]);
      }
    }
  });
  afterAll(() => test.close());

  const days = (table: string, column: string) =>
    queryRows<{ readonly workspace: string; readonly days: string[] }>(
      test.store,
      `SELECT workspace_id AS workspace, arraySort(groupUniqArray(toString(toDate(${column})))) AS days
       FROM ${table} GROUP BY workspace ORDER BY workspace`,
      {},
    );

  it('goes from raw, rejected, decisions and every aggregate of its workspace, and from no other', async () => {
    expect(await dropExpired(test.store, "it's", '2026-01-08')).toEqual({ events: 6, rejected: 3, decisions: 3 });
    const all = ['2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08', '2026-01-09'];
    const expected = [
      { workspace: "it's", days: all.slice(3) },
      { workspace: 'other', days: all },
    ];
    for (const [table, column] of [
      ['events', 'event_day'],
      ['rejected', 'received_at'],
      ['decisions', 'decided_at'],
      ['page_stats', 'hour'],
      ['minute_activity', 'minute'],
      ['user_days', 'day'],
      ['sessions', 'session_day'],
      ['aliases', 'aliased_at'],
    ] as const) {
      expect(await days(table, column), table).toEqual(expected);
    }
    expect(await aggregatesApart(test.store)).toEqual([]);
  });

  it('is nothing the second time', async () => {
    expect(await dropExpired(test.store, "it's", '2026-01-08')).toEqual({ events: 0, rejected: 0, decisions: 0 });
    await expect(dropExpired(test.store, 'other', "x' OR 1")).rejects.toThrow('day');
  });
});
