import { randomUUID } from 'node:crypto';
import { brandId, type PagesReport, type ReportName, type ReportQuery } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregatesApart } from '../../../../../test/fixtures/aggregates-apart.js';
import { askReport } from '../../../../../test/fixtures/ask-report.js';
import { T0 } from '../../../../../test/fixtures/batches.js';
import { startTestEngine } from '../../../../../test/fixtures/migrated-store.js';
import type { TestEngine } from '../../../../../test/fixtures/start-engine.js';
import {
  batchRow,
  copiesRow,
  EVENTS_LAYOUT,
  eventRow,
  layoutOf,
  rowId,
} from '../../../../../test/fixtures/store-rows.js';
import { type DecisionRow, writeDecisions } from '../decisions/decision-rows.js';
import { COPIES_STREAM, createRowEncoder, REJECTED_STREAM } from '../encode-rows.js';
import { loadRows } from '../load-rows.js';
import { queryRows } from '../query-rows.js';
import { compileReport } from '../reports/compile-report.js';
import { readExpiredDays } from '../reports/expired-days.js';
import { REPORT_LIMITS } from '../reports/query-scope.js';
import { dropExpired } from './drop-expired.js';
import { eraseSubject } from './erase-subject.js';

const encoder = createRowEncoder();
const DAY_MS = 86_400_000;
const WORKSPACES = ["it's", 'other', 'rollups'];

describe('what is older than it is kept', { timeout: 240_000 }, () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startTestEngine();
    const workspaceDays = WORKSPACES.flatMap((workspaceId, at) =>
      Array.from({ length: 5 }, (_, day) => ({ workspaceId, day, n: at * 10 + day, receivedAt: T0 + day * DAY_MS })),
    );
    const events = workspaceDays.map(({ workspaceId, day, n, receivedAt }) => {
      const batch = { ...batchRow(n, 10 + day, workspaceId), receivedAt };
      return encoder.events({ ...batch, context: { ...batch.context, sessionStartedAt: receivedAt } }, [
        eventRow(1 + day * 10, { type: 'page_view', page: '/a' }, day * DAY_MS),
        eventRow(2 + day * 10, { type: 'alias', previousVisitorId: brandId(rowId(90 + day)) }, day * DAY_MS),
      ]);
    });
    const rejected = workspaceDays.map(({ workspaceId, day, receivedAt }) => {
      const rejection = { index: 0, eventId: brandId<never>(rowId(1)), reason: 'wrong_type', field: 'seq' } as const;
      return { workspaceId, appId: 'shop', batchId: rowId(day), receivedAt, rejection, raw: '{}' };
    });
    const copies = workspaceDays.map(({ workspaceId, day, receivedAt }) => ({
      ...copiesRow(1, 10 + day, workspaceId),
      receivedAt,
    }));
    const decisions = workspaceDays.map(({ workspaceId, n, receivedAt }): DecisionRow => {
      const decision = { workspaceId, decisionId: rowId<string>(n), decidedAt: receivedAt, userId: 'u', productId: '' };
      return { ...decision, side: '', modelVersion: 'risk/1', asked: '{}', facts: '{}', answer: '{}' };
    });
    await loadRows(test.store, EVENTS_LAYOUT, events);
    await loadRows(test.store, layoutOf(REJECTED_STREAM), [encoder.rejected(rejected)]);
    await loadRows(test.store, layoutOf(COPIES_STREAM), [encoder.copies(copies)]);
    await writeDecisions(test.store, decisions);
  });
  afterAll(() => test.close());

  const days = (table: string, column: string) =>
    queryRows<{ readonly workspace: string; readonly days: string[] }>(
      test.store,
      `SELECT workspace_id AS workspace, arraySort(groupUniqArray(toString(toDate(${column})))) AS days
       FROM ${table} GROUP BY workspace ORDER BY workspace`,
      {},
    );

  it('goes from raw, rejected, copies, decisions and every aggregate of its workspace, and from no other', async () => {
    expect(await dropExpired(test.store, "it's", '2026-01-08')).toEqual({
      events: 6,
      rejected: 3,
      copies: 3,
      decisions: 3,
    });
    const all = ['2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08', '2026-01-09'];
    const expected = [
      { workspace: "it's", days: all.slice(3) },
      { workspace: 'other', days: all },
      { workspace: 'rollups', days: all },
    ];
    for (const [table, column] of [
      ['events', 'event_day'],
      ['rejected', 'received_at'],
      ['copies', 'received_at'],
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
    expect(await dropExpired(test.store, "it's", '2026-01-08')).toEqual({
      events: 0,
      rejected: 0,
      copies: 0,
      decisions: 0,
    });
    await expect(dropExpired(test.store, 'other', "x' OR 1")).rejects.toThrow('day');
    await expect(dropExpired(test.store, 'other', '2026-01-08', "x' OR 1")).rejects.toThrow('day');
  });

  const KEPT = [
    ['page_stats', 'hour'],
    ['minute_activity', 'minute'],
    ['user_days', 'day'],
    ['sessions', 'session_day'],
    ['aliases', 'aliased_at'],
    ['steps', 'day'],
    ['page_days', 'day'],
  ] as const;

  /** Everything that a table says of days from one on, in one number. */
  const sumsFrom = (day: string) =>
    Promise.all(
      KEPT.map(async ([table, column]) => {
        const query = `SELECT count() AS rows, sum(cityHash64(toString(tuple(*)))) AS sum FROM ${table} FINAL
          WHERE workspace_id = 'rollups' AND toDate(${column}) >= '${day}'`;
        return [table, (await queryRows<{ rows: number }>(test.store, query, {}))[0]] as const;
      }),
    );

  it('leaves counts that outlive their events as they were counted', async () => {
    const sums = await sumsFrom('2026-01-06');
    for (const [table, sum] of sums) expect(sum?.rows, table).toBeGreaterThan(3);
    expect(await dropExpired(test.store, 'rollups', '2026-01-08', '2026-01-06')).toEqual({
      events: 6,
      rejected: 3,
      copies: 3,
      decisions: 3,
    });
    const left = await days('events', 'event_day');
    expect(left.find(({ workspace }) => workspace === 'rollups')?.days).toEqual(['2026-01-08', '2026-01-09']);
    for (const [table, column] of KEPT) {
      const kept = (await days(table, column)).find(({ workspace }) => workspace === 'rollups')?.days;
      expect(kept, table).toEqual(['2026-01-06', '2026-01-07', '2026-01-08', '2026-01-09']);
    }
    expect(await sumsFrom('2026-01-06')).toEqual(sums);

    await dropExpired(test.store, 'rollups', '2026-01-08'); // and without that setting they go
    expect((await days('page_stats', 'hour')).at(-1)?.days).toEqual(['2026-01-08', '2026-01-09']);
    expect((await days('expired_days', 'day')).map(({ workspace }) => workspace)).not.toContain('rollups');
  });

  const ERASED = 60;
  const STAYS = 61;
  let loaded = 0;

  /** Four days of one visitor, or the late word of one on the first of them. */
  async function visit(workspaceId: string, visitor: number, onDays: readonly number[], receivedOn?: number) {
    const rows = onDays.map((day) => {
      const row = batchRow(1_000 + ++loaded, visitor, workspaceId);
      const at = day * DAY_MS + visitor * 60_000;
      const context = { ...row.context, sessionStartedAt: T0 + at };
      const events = [
        eventRow(10_000 + ++loaded, { type: 'page_view', page: '/a' }, at),
        eventRow(10_000 + ++loaded, { type: 'transition', fromPage: '/a', page: '/b', way: 'link' }, at + 1_000),
        eventRow(10_000 + ++loaded, { type: 'page_view', page: '/b' }, at + 1_000),
        eventRow(10_000 + ++loaded, { type: 'view_end', page: '/b', dwellMs: visitor * 100 }, at + 9_000),
        eventRow(10_000 + ++loaded, { type: 'conversion', goal: 'paid' }, at + 5_000),
      ];
      const batch = { ...row, context, receivedAt: T0 + (receivedOn ?? day) * DAY_MS };
      return encoder.events(batch, events);
    });
    await loadRows(test.store, EVENTS_LAYOUT, rows);
  }

  const expiredRange = { from: Date.UTC(2026, 0, 5), to: Date.UTC(2026, 0, 7) };
  async function reports(workspaceId: string) {
    const ask = <N extends ReportName>(name: N, query: ReportQuery<N>) =>
      askReport(test.store, workspaceId, name, query);
    const steps = [{ view: '/a' }, { goal: 'paid' }] as const;
    return {
      overview: await ask('overview', expiredRange),
      pages: await ask('pages', expiredRange),
      transitions: await ask('transitions', expiredRange),
      funnel: await ask('funnel', { ...expiredRange, steps }),
      cohorts: await ask('cohorts', { ...expiredRange, interval: 'day' }),
    };
  }
  const visitorsOf = (workspaceId: string) =>
    Promise.all(
      [
        ['page_stats', 'hour'],
        ['page_days', 'day'],
        ['minute_activity', 'minute'],
        ['goals', 'hour'],
      ].map(async ([table, time]) => {
        const query = `SELECT toString(uniqExactMerge(visitors)) AS n FROM ${table} WHERE workspace_id = {workspaceId:String} AND toDate(${time}) < '2026-01-07'`;
        return (await queryRows<{ n: string }>(test.store, query, { workspaceId }))[0]?.n;
      }),
    );
  /** What an erasure cannot take out of pages. */
  const withoutDwell = ({ rows, totals }: PagesReport) => ({
    rows: rows.map(({ dwellMsMedian: _m, dwellMsP25: _a, dwellMsP75: _b, dwellMsP90: _c, ...row }) => row),
    totals,
  });

  it('answers reports over days without events as before, and as if somebody had never been there who is erased', {
    timeout: 240_000,
  }, async () => {
    await visit('kept', ERASED, [0, 1, 2, 3]);
    await visit('kept', STAYS, [0, 1, 2, 3]);
    await visit('alone', STAYS, [0, 1, 2, 3]);
    const [before, alone] = [await reports('kept'), await reports('alone')];
    expect(before.overview.totals).toMatchObject({ visitors: 2, sessions: 4, views: 8 });

    await dropExpired(test.store, 'kept', '2026-01-07', '2026-01-01');
    expect((await days('events', 'event_day')).find(({ workspace }) => workspace === 'kept')?.days).toEqual([
      '2026-01-07',
      '2026-01-08',
    ]);
    expect(await reports('kept')).toEqual(before);
    expect(await visitorsOf('kept')).toEqual(['2', '2', '2', '2']);
    const gone = (query: ReportQuery<'overview'>) => {
      const scope = { workspaceId: 'kept', aliased: false, sampled: false, limits: REPORT_LIMITS };
      return readExpiredDays(test.store, 'kept', compileReport('overview', query, scope, 0), query);
    };
    expect(await gone(expiredRange)).toBeUndefined(); // aggregates tell all of it
    const segment = [{ field: 'isBot', is: ['0'] }] as const;
    expect(await gone({ ...expiredRange, segment })).toEqual({ first: '2026-01-05', last: '2026-01-06', days: 2 });
    expect(await gone({ from: expiredRange.to, segment })).toBeUndefined();

    const erased = await eraseSubject(test.store, 'kept', rowId(ERASED), randomUUID());
    expect(erased.notRecounted).toEqual(['2026-01-05', '2026-01-06']);
    expect(erased.days).toEqual(['2026-01-05', '2026-01-06', '2026-01-07', '2026-01-08']);
    const after = await reports('kept');
    for (const name of ['overview', 'funnel', 'cohorts'] as const) expect(after[name], name).toEqual(alone[name]);
    expect(withoutDwell(after.pages)).toEqual(withoutDwell(alone.pages));
    expect(await visitorsOf('kept')).toEqual(['1', '1', '0', '0']); // no set has it; two know nobody any longer
    // What holds no id is as it was told.
    expect(after.transitions).toEqual(before.transitions);
    expect(after.pages.rows.map((row) => row.dwellMsMedian)).toEqual(before.pages.rows.map((row) => row.dwellMsMedian));
    // Days whose events are there are counted anew.
    const [recent] = await queryRows<{ n: string }>(
      test.store,
      `SELECT toString(sum(transitions)) AS n FROM transitions WHERE workspace_id = 'kept' AND hour >= '2026-01-07'`,
      {},
    );
    expect(recent?.n).toBe('2');
    const again = await eraseSubject(test.store, 'kept', rowId(ERASED), randomUUID());
    expect([again.days, again.notRecounted]).toEqual([[], []]);
  });

  it('keeps what is left of a day when somebody is erased who told of it late', { timeout: 240_000 }, async () => {
    const before = await reports('kept');
    await visit('kept', 62, [0], 3);
    const grown = await reports('kept');
    expect(grown.overview.totals.visitors).toBe(before.overview.totals.visitors + 1);
    await eraseSubject(test.store, 'kept', rowId(62), randomUUID());
    const after = await reports('kept');
    expect(after.overview).toEqual(before.overview);
    expect(withoutDwell(after.pages)).toEqual(withoutDwell(before.pages));
    expect(after.transitions.totals.transitions).toBe(grown.transitions.totals.transitions);
  });
});
