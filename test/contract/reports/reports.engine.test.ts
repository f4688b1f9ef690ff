import type { ReportByName, ReportName, ReportQuery, Step } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hodgesLehmann, newcombeDifference } from '../../../packages/analytics/src/stats/index.js';
import { loadRows } from '../../../packages/collector/src/store/load-rows.js';
import { askReport } from '../../fixtures/ask-report.js';
import { startTestEngine } from '../../fixtures/migrated-store.js';
import type { TestEngine } from '../../fixtures/start-engine.js';
import { EVENTS_LAYOUT } from '../../fixtures/store-rows.js';
import { HISTORY_FROM, HISTORY_TO, makeHistory } from './make-history.js';
import {
  type Asked,
  cohortsOf,
  dwellsOf,
  funnelOf,
  isStep,
  overviewOf,
  pagesOf,
  surfaceRates,
  transitionsOf,
} from './oracle.js';

const SEED = 20_261_128;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const STEPS: readonly Step[] = [{ view: '/funds' }, { order: 'subscribe', phase: 'placed' }, { goal: 'paid' }];
/** Half-hours, and ends that are no whole days. */
const KOLKATA_MS = 5.5 * HOUR_MS;

const { noted, loads } = makeHistory(SEED, 160);
const paid = (asked: Pick<Asked, 'from' | 'to'>, purpose: 'analytics' | 'marketing' | 'risk' = 'analytics') =>
  new Set(
    noted
      .filter((event) => isStep(event, { goal: 'paid' }) && event.at >= asked.from && event.at < asked.to)
      .filter(({ consent }) =>
        purpose === 'marketing' ? consent.marketing === 'granted' : consent[purpose] !== 'denied',
      )
      .map(({ visitor }) => visitor),
  );

const whole = { from: HISTORY_FROM, to: HISTORY_TO };
const part = { from: HISTORY_FROM + 2 * DAY_MS + 7 * HOUR_MS, to: HISTORY_FROM + 9 * DAY_MS + 13 * HOUR_MS };
const hours = { from: HISTORY_FROM + 4 * DAY_MS + 3 * HOUR_MS, to: HISTORY_FROM + 4 * DAY_MS + 15 * HOUR_MS };

/** What is asked for, and the same for the oracle. */
const FILTERS: readonly (readonly [what: string, query: object, asked: Asked])[] = [
  ['all of it', whole, whole],
  ['some days, by the hour', part, part],
  ['some hours of a day', hours, hours],
  ['one surface', { ...part, surface: 'native' }, { ...part, surface: 'native' }],
  ['marketing', { ...part, purpose: 'marketing' }, { ...part, purpose: 'marketing' }],
  ['risk control', { ...whole, purpose: 'risk' }, { ...whole, purpose: 'risk' }],
  [
    'a segment of countries',
    { ...part, segment: [{ field: 'country', isNot: ['DE'] }] },
    { ...part, isIn: ({ country }) => country !== 'DE' },
  ],
  [
    'a segment of those who did not pay, for marketing',
    { ...part, purpose: 'marketing', segment: [{ field: 'country', is: ['CN', 'HK'] }, { didNot: { goal: 'paid' } }] },
    {
      ...part,
      purpose: 'marketing',
      isIn: ({ country, visitor }) => country !== 'DE' && !paid(part, 'marketing').has(visitor),
    },
  ],
];

describe(`reports over a history of seed ${SEED}, loaded in no order and twice`, () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startTestEngine();
    for (const load of loads) await loadRows(test.store, EVENTS_LAYOUT, load);
  });
  afterAll(() => test.close());

  const report = <N extends ReportName>(name: N, query: ReportQuery<N>, nowMs = 0, workspace = 'w1') =>
    askReport(test.store, workspace, name, query, nowMs);

  function expectRatio(
    { comparison }: { readonly comparison: ReportByName['overview']['comparison'] },
    figure: string,
    h5: readonly [number, number],
    native: readonly [number, number],
  ) {
    const [a, b] = [h5, native].map(([successes, trials]) => ({ successes, trials }));
    const found = comparison.find((row) => row.figure === figure);
    const expected = a && b && newcombeDifference(a, b);
    expect(found?.h5.count).toBe(h5[1]);
    expect(found?.native.count).toBe(native[1]);
    const ends = expected && [expected.difference, expected.low, expected.high];
    expect([found?.difference, found?.low, found?.high]).toEqual(ends ?? [null, null, null]);
  }

  it('have something to tell', () => {
    const surfaces = new Set(noted.map(({ surface }) => surface));
    const denied = noted.filter(({ consent }) => consent.analytics === 'denied');
    expect([noted.length > 1_000, surfaces.size, denied.length > 100]).toEqual([true, 2, true]);
  });

  describe.each(FILTERS)('for %s', (_, query, asked) => {
    it('count sessions by interval and zone', async () => {
      const byDay = await report('overview', { ...query, timeZone: 'Asia/Kolkata' });
      const expected = overviewOf(noted, asked, DAY_MS, KOLKATA_MS);
      expect(byDay.rows.map(rounded)).toEqual(expected.rows.map(rounded));
      expect(rounded(byDay.totals)).toEqual(rounded(expected.totals));
      const byHour = await report('overview', { ...query, interval: 'hour' });
      expect(byHour.rows.map(rounded)).toEqual(overviewOf(noted, asked, HOUR_MS, 0).rows.map(rounded));

      const sessions = await report('sessions', query);
      const { visitors, users, sessions: count, views, events, bounces } = expected.totals;
      expect(sessions.totals).toMatchObject({ sessions: count, visitors, events, views, bounces });
      expect((await report('visitors', query)).totals).toEqual({ visitors, users, sessions: count, views });
      if (asked.surface !== undefined) return expect(byDay.comparison).toEqual([]);
      const [h5, native] = surfaceRates(noted, asked);
      if (!h5 || !native) throw new Error('the oracle knows two surfaces');
      expectRatio(byDay, 'bounceRatio', [h5.bounced, h5.sessions], [native.bounced, native.sessions]);
      expectRatio(byDay, 'conversionRatio', [h5.converted, h5.sessions], [native.converted, native.sessions]);
    });

    it('count pages', async () => {
      const found = await report('pages', query);
      const expected = pagesOf(noted, asked);
      expect(found.rows.map(rounded)).toEqual(
        [...expected]
          .sort((a, b) => b.views - a.views || compare(a.page, b.page) || compare(a.surface, b.surface))
          .map(rounded),
      );
      expect(found.totals.views).toBe(expected.reduce((sum, { views }) => sum + views, 0));
      const dwell = found.comparison.find(({ figure }) => figure === 'dwellMs');
      if (asked.surface !== undefined) return;
      const [h5, native] = (['h5', 'native'] as const).map((surface) => dwellsOf(noted, asked, surface));
      expect([dwell?.h5.count, dwell?.native.count]).toEqual([h5?.length, native?.length]);
      const shift = hodgesLehmann({ values: h5 ?? [] }, { values: native ?? [] });
      // Twenty quantiles stand for the values: they know a shift to a part of the spread.
      if (shift) expect(Math.abs(Number(dwell?.difference) - shift.difference)).toBeLessThan(4_000);
    });

    it('count ways from page to page', async () => {
      const found = await report('transitions', query);
      const key = (row: { fromPage: string; page: string; surface: string; way: string }) =>
        JSON.stringify([row.fromPage, row.page, row.surface, row.way]);
      const sorted = (rows: ReturnType<typeof transitionsOf>) =>
        rows.map(rounded).sort((a, b) => compare(key(a), key(b)));
      const expected = transitionsOf(noted, asked);
      expect(sorted([...found.rows])).toEqual(sorted(expected));
      expect(found.totals.transitions).toBe(expected.reduce((sum, { transitions }) => sum + transitions, 0));
    });

    it.each([60, 30 * 86_400])('count funnels within %d s, kept or raw', async (windowSeconds) => {
      const expected = funnelOf(noted, asked, STEPS, windowSeconds * 1_000);
      const found = await report('funnel', { ...query, steps: STEPS, windowSeconds });
      expect(found.rows.map(({ visitors }) => visitors)).toEqual(expected.all);
      expect(found.rows.map(({ step }) => step)).toEqual([1, 2, 3]);
      const [first = 0] = expected.all;
      expect(found.rows.map((row) => row.ratio)).toEqual(
        expected.all.map((visitors) => (first === 0 ? 0 : visitors / first)),
      );
      const click: readonly Step[] = [{ click: 'buy' }, ...STEPS.slice(1)];
      const raw = await report('funnel', { ...query, steps: click, windowSeconds });
      expect(raw.rows.map(({ visitors }) => visitors)).toEqual(
        funnelOf(noted, asked, click, windowSeconds * 1_000).all,
      );
      if (asked.surface !== undefined) return;
      const { h5, native } = expected;
      expectRatio(found, 'step3Ratio', [h5[2] ?? 0, h5[0] ?? 0], [native[2] ?? 0, native[0] ?? 0]);
    });

    it('count cohorts and who came again', async () => {
      const days = { ...query, from: dayOf(asked.from), to: dayOf(asked.to) + DAY_MS };
      const askedDays = { ...asked, from: days.from, to: days.to };
      if ('segment' in query && JSON.stringify(query.segment).includes('did')) return; // another range, other people
      const expected = cohortsOf(noted, askedDays, 6);
      const cohorts = await report('cohorts', { ...days, interval: 'day', periods: 6 });
      expect(cohorts.rows.map(rounded)).toEqual(expected.map(rounded));
      const retention = await report('retention', { ...days, interval: 'day', periods: 6 });
      for (const row of retention.rows) {
        const same = expected.filter(({ period }) => period === row.period);
        expect([row.eligible, row.visitors]).toEqual([sum(same, 'size'), sum(same, 'visitors')]);
      }
      expect(retention.rows).toHaveLength(new Set(expected.map(({ period }) => period)).size);
    });
  });

  it('count the last minutes', async () => {
    const busiest = noted[Math.floor(noted.length / 2)]?.at ?? 0;
    const found = await report('live', { minutes: 60 }, busiest);
    const last = Math.floor(busiest / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
    const near = noted.filter(
      ({ at, consent }) => at >= last - 60 * MINUTE_MS && at < last && consent.analytics !== 'denied',
    );
    const of = (type: string) => near.filter((event) => event.type === type).length;
    expect(near.length).toBeGreaterThan(0);
    expect(found.totals).toEqual({
      events: near.length,
      views: of('page_view') + of('screen_view'),
      clicks: of('click'),
      conversions: of('conversion'),
      orders: near.filter(({ type, fields }) => type === 'order' && fields.phase === 'placed').length,
      errors: of('error'),
      visitors: new Set(near.map(({ visitor }) => visitor)).size,
    });
    expect(found.rows.map(({ at }) => at)).toEqual(
      [...new Set(near.map(({ at }) => Math.floor(at / MINUTE_MS) * MINUTE_MS))].sort((a, b) => b - a),
    );
  });

  it('turn pages by a cursor without a row too many or too few, in the order that is asked for', async () => {
    const all = await report('pages', { ...whole, orderBy: 'page', order: 'asc' });
    expect(all.nextCursor).toBeNull();
    const rows: unknown[] = [];
    let cursor: string | undefined;
    do {
      const some = await report('pages', {
        ...whole,
        orderBy: 'page',
        order: 'asc',
        limit: 5,
        ...(cursor ? { cursor } : {}),
      });
      expect(some.rows.length).toBeLessThanOrEqual(5);
      rows.push(...some.rows);
      cursor = some.nextCursor ?? undefined;
    } while (cursor);
    expect(rows).toEqual(all.rows);
  });

  it('are empty, and not broken, where there is nothing', async () => {
    const nothing = { from: HISTORY_TO + 30 * DAY_MS, to: HISTORY_TO + 31 * DAY_MS };
    for (const workspace of ['w1', 'another']) {
      const range = workspace === 'w1' ? nothing : whole;
      const overview = await report('overview', range, 0, workspace);
      expect(overview.rows).toEqual([]);
      expect(Object.values(overview.totals).every((figure) => figure === 0)).toBe(true);
      expect(overview.comparison.every(({ difference, h5 }) => difference === null && h5.value === null)).toBe(true);
      expect((await report('pages', range, 0, workspace)).totals).toEqual({ views: 0, visitors: 0, sessions: 0 });
      expect((await report('transitions', range, 0, workspace)).rows).toEqual([]);
      const funnel = await report('funnel', { ...range, steps: STEPS }, 0, workspace);
      expect(funnel.rows.map(({ visitors, ratio }) => [visitors, ratio])).toEqual([
        [0, 0],
        [0, 0],
        [0, 0],
      ]);
      expect((await report('retention', range, 0, workspace)).rows).toEqual([]);
      expect((await report('cohorts', range, 0, workspace)).totals).toEqual({ visitors: 0, cohorts: 0 });
      expect((await report('live', {}, 0, workspace)).totals.events).toBe(0);
    }
  });
});

const dayOf = (ms: number) => Math.floor(ms / DAY_MS) * DAY_MS;
const compare = (a: string, b: string) => Buffer.compare(Buffer.from(a), Buffer.from(b));
const sum = <K extends string>(rows: readonly Readonly<Record<K, number>>[], key: K) =>
  rows.reduce((total, row) => total + row[key], 0);

/** Figures to nine digits: an engine and a test may add up in another order. */
function rounded<T extends object>(row: T): T {
  const entries = Object.entries(row).map(([key, value]) => [
    key,
    typeof value === 'number' ? Number(value.toPrecision(9)) : value,
  ]);
  return Object.fromEntries(entries) as T; // the same fields
}
