import { brandId, type EventType, type ReportName, type ReportQuery, type TrackedEvent } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom, integerBetween, pick } from '../../../benchmarks/src/load/random.js';
import { createRowEncoder } from '../../../packages/collector/src/store/encode-rows.js';
import { loadRows } from '../../../packages/collector/src/store/load-rows.js';
import { leftOutBySampling } from '../../../packages/collector/src/store/migrations/0016-left-out.js';
import { coarsePlaces } from '../../../packages/collector/src/store/migrations/0019-coarse-places.js';
import { applyMigrations, MIGRATIONS } from '../../../packages/collector/src/store/migrations/apply-migrations.js';
import { createSampler } from '../../../packages/sdk-web/src/reduce/sample.js';
import { askReport } from '../../fixtures/ask-report.js';
import { T0 } from '../../fixtures/batches.js';
import { startEmptyEngine, type TestEngine } from '../../fixtures/start-engine.js';
import { batchRow, EVENTS_LAYOUT, eventRow, rowId } from '../../fixtures/store-rows.js';

const encoder = createRowEncoder();
const SEED = 20_261_129;
const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
const PAGES = ['/home', '/funds', '/fund'];
const SAMPLED: readonly EventType[] = ['page_view', 'view_end', 'click', 'transition', 'error'];
const RATES = [1, 1 / 4, 1 / 10];
/** Half the width of an interval, in standard errors: one of a thousand passes it. */
const Z = 3.29;

type Fields = Partial<TrackedEvent> & Pick<TrackedEvent, 'type'>;

interface Session {
  readonly visitor: number;
  readonly surface: 'h5' | 'native';
  readonly events: readonly (readonly [event: Fields, atMs: number])[];
}

/** Sessions of a few views each, of which the visitor is known by an event that is never sampled. */
function population(): Session[] {
  const random = createRandom(SEED);
  return Array.from({ length: 1_600 }, (_, i) => {
    const views = pick(random, [1, 1, 2, 3, 5]);
    const start = integerBetween(random, 0, 10 * MINUTE_MS);
    const events: [Fields, number][] = [[{ type: 'identify', userId: brandId(`u${i}`) }, start]];
    let before = '';
    for (let view = 0; view < views; view++) {
      const page = pick(random, PAGES);
      const at = start + view * 20_000;
      events.push([{ type: 'page_view', page }, at]);
      if (view > 0)
        events.push([{ type: 'transition', fromPage: before, page, way: pick(random, ['link', 'back']) }, at]);
      if (random() < 0.5) events.push([{ type: 'click', page, target: 'buy' }, at + 2_000]);
      if (random() < 0.1) events.push([{ type: 'error', message: 'x' }, at + 3_000]);
      events.push([{ type: 'view_end', page, dwellMs: integerBetween(random, 100, 15_000) }, at + 15_000]);
      before = page;
    }
    if (random() < 0.2) events.push([{ type: 'conversion', goal: 'paid' }, start + 4_000]);
    return { visitor: 1 + integerBetween(random, 0, 799), surface: pick(random, ['h5', 'native']), events };
  });
}

const SESSIONS = population();
const workspaceOf = (rate: number) => `sampled ${rate}`;
const bareOf = (rate: number) => `bare ${rate}`;

/** What of the population the SDK keeps, as rows; without a rate, rows that never heard of weights. */
function kept(rate: number | undefined, workspace: string): Uint8Array[] {
  let seq = 0;
  return SESSIONS.map(({ visitor, surface, events }, i) => {
    const sampling = rate === undefined ? {} : Object.fromEntries(SAMPLED.map((type) => [type, rate]));
    const sampler = createSampler({ visitorId: rowId(visitor), sampling });
    const batch = batchRow(i, visitor, workspace);
    const rows = events.flatMap(([event, atMs]) => {
      const weight = sampler.weightOf(event.type);
      if (weight === undefined) return [];
      return [eventRow(++seq, rate === undefined ? event : { ...event, sampleWeight: weight }, atMs)];
    });
    return encoder.events({ ...batch, context: { ...batch.context, surface } }, rows);
  });
}

/** The same with nothing that is never sampled, over three days: whoever is not in the sample is not seen at all. */
function bare(rate: number): Uint8Array[] {
  let seq = 0;
  return SESSIONS.map(({ visitor, surface, events }, i) => {
    const sampling = Object.fromEntries(SAMPLED.map((type) => [type, rate]));
    const sampler = createSampler({ visitorId: rowId(visitor), sampling });
    const batch = batchRow(i, visitor, bareOf(rate));
    const rows = events.flatMap(([event, atMs]) => {
      const weight = SAMPLED.includes(event.type) ? sampler.weightOf(event.type) : undefined;
      return weight === undefined ? [] : [eventRow(++seq, { ...event, sampleWeight: weight }, atMs + (i % 3) * DAY_MS)];
    });
    return encoder.events({ ...batch, context: { ...batch.context, surface } }, rows);
  });
}

/** A total, and the standard error of its estimate when visitors are kept at a rate: sqrt(sum of (1 / rate - 1) * own^2). */
function truth(countOf: (session: Session) => number, rate: number) {
  const own = new Map<number, number>();
  for (const session of SESSIONS) own.set(session.visitor, (own.get(session.visitor) ?? 0) + countOf(session));
  const values = [...own.values()];
  const total = values.reduce((sum, value) => sum + value, 0);
  return { total, error: Math.sqrt((1 / rate - 1) * values.reduce((sum, value) => sum + value ** 2, 0)) };
}

const ofType = (type: EventType, page?: string) => (session: Session) =>
  session.events.filter(([event]) => event.type === type && (page === undefined || event.page === page)).length;
const bounced = (session: Session) => (ofType('page_view')(session) === 1 ? 1 : 0);

describe(`reports of a population of seed ${SEED}, of which the SDK kept a share of the visitors`, () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startEmptyEngine();
    // Views of before the step; the rows are written as of today, with all columns of events.
    const before = MIGRATIONS.slice(0, MIGRATIONS.indexOf(leftOutBySampling));
    await applyMigrations(test.store, [...before, coarsePlaces]);
    await loadRows(test.store, EVENTS_LAYOUT, kept(1 / 4, 'before'));
    await applyMigrations(test.store);
    for (const rate of RATES) await loadRows(test.store, EVENTS_LAYOUT, kept(rate, workspaceOf(rate)));
    for (const rate of RATES) await loadRows(test.store, EVENTS_LAYOUT, bare(rate));
    await loadRows(test.store, EVENTS_LAYOUT, kept(undefined, 'plain'));
  }, 120_000);
  afterAll(() => test.close());

  const range = { from: T0 - DAY_MS, to: T0 + DAY_MS };
  const report = <N extends ReportName>(workspace: string, name: N, query: ReportQuery<N>) =>
    askReport(test.store, workspace, name, query, T0 + 25 * MINUTE_MS);

  it.each(RATES)('tell of all of it, at a rate of %f, within what chance allows', { timeout: 60_000 }, async (rate) => {
    const workspace = workspaceOf(rate);
    const expectNear = (found: number | undefined, countOf: (session: Session) => number) => {
      const { total, error } = truth(countOf, rate);
      expect(Math.abs((found ?? Number.NaN) - total)).toBeLessThanOrEqual(Z * error + 0.5); // whole numbers
    };
    const overview = await report(workspace, 'overview', range);
    expect(overview.totals.sessions).toBe(SESSIONS.length); // what is never sampled
    expect(overview.totals.conversions).toBe(truth(ofType('conversion'), 1).total);
    expectNear(overview.totals.views, ofType('page_view'));
    expectNear(overview.totals.bounces, bounced);
    // A segment is counted from raw events: by the same weights.
    const raw = await report(workspace, 'overview', { ...range, segment: [{ field: 'isBot', is: ['0'] }] });
    expect(raw).toEqual(overview);

    const sessions = await report(workspace, 'sessions', range);
    expect(sessions.totals.views).toBe(overview.totals.views);
    const pages = await report(workspace, 'pages', range);
    expectNear(pages.totals.views, ofType('page_view'));
    for (const page of PAGES) {
      const found = pages.rows.filter((row) => row.page === page);
      const sum = (figure: 'views' | 'entries' | 'exits' | 'bounces') =>
        found.reduce((all, row) => all + row[figure], 0);
      const first = ({ events }: Session) => events.find(([event]) => event.type === 'page_view')?.[0].page;
      const last = ({ events }: Session) => events.findLast(([event]) => event.type === 'page_view')?.[0].page;
      expectNear(sum('views'), ofType('page_view', page));
      expectNear(sum('entries'), (session) => (first(session) === page ? 1 : 0));
      expectNear(sum('exits'), (session) => (last(session) === page ? 1 : 0));
      expectNear(sum('bounces'), (session) => (first(session) === page ? bounced(session) : 0));
    }
    expectNear((await report(workspace, 'transitions', range)).totals.transitions, ofType('transition'));
    const live = await report(workspace, 'live', {});
    expectNear(live.totals.clicks, ofType('click'));
    expectNear(live.totals.errors, ofType('error'));
    expectNear(live.totals.views, ofType('page_view'));
    expect(live.totals.conversions).toBe(truth(ofType('conversion'), 1).total);
  });

  it.each([1 / 4, 1 / 10])(
    'count people whom nobody saw, at a rate of %f, within what chance allows',
    { timeout: 60_000 },
    async (rate) => {
      const wide = { from: T0 - DAY_MS, to: T0 + 4 * DAY_MS };
      /** People are kept or not: of so many, the estimate errs by so much. */
      const expectNear = (found: number | undefined, total: number | undefined, what: string) => {
        const error = Math.sqrt((1 / rate - 1) * (total ?? Number.NaN));
        expect(Math.abs((found ?? Number.NaN) - (total ?? 0)), what).toBeLessThanOrEqual(Z * error + 0.5);
      };
      const ask = <N extends ReportName>(name: N, query: ReportQuery<N>) =>
        Promise.all([report(bareOf(rate), name, query), report(bareOf(1), name, query)]);

      const [overview, all] = await ask('overview', wide);
      const { total, error } = truth(() => 1, rate);
      expect(all.totals.sessions).toBe(total);
      expect(Math.abs(overview.totals.sessions - total)).toBeLessThanOrEqual(Z * error + 0.5);
      expect(all.totals.visitors).toBe(new Set(SESSIONS.map(({ visitor }) => visitor)).size);
      expectNear(overview.totals.visitors, all.totals.visitors, 'visitors');
      for (const [i, row] of all.rows.entries()) expectNear(overview.rows[i]?.visitors, row.visitors, `day ${i}`);

      const [pages, allPages] = await ask('pages', wide);
      expectNear(pages.totals.visitors, allPages.totals.visitors, 'visitors of pages');
      for (const { page, surface, visitors } of allPages.rows) {
        const same = pages.rows.find((row) => row.page === page && row.surface === surface);
        expectNear(same?.visitors, visitors, `visitors of ${page} on ${surface}`);
      }
      const steps = [{ view: '/home' }, { view: '/funds' }, { view: '/fund' }] as const;
      // From the steps that are kept, and from raw events.
      for (const segment of [{}, { segment: [{ field: 'isBot', is: ['0'] }] as const }]) {
        const [funnel, allFunnel] = await ask('funnel', { ...wide, ...segment, steps, windowSeconds: 4 * 86_400 });
        for (const [i, { visitors }] of allFunnel.rows.entries())
          expectNear(funnel.rows[i]?.visitors, visitors, `step ${i + 1}`);
        const [step, whole] = [funnel.rows[2], allFunnel.rows[2]];
        expect(Number(step?.high) - Number(step?.low)).toBeGreaterThan(Number(whole?.high) - Number(whole?.low));
      }
      const [retention, allRetention] = await ask('retention', { ...wide, interval: 'day', periods: 3 });
      expect(allRetention.rows.length).toBeGreaterThan(2);
      for (const [i, { eligible, visitors }] of allRetention.rows.entries()) {
        expectNear(retention.rows[i]?.eligible, eligible, `eligible ${i}`);
        expectNear(retention.rows[i]?.visitors, visitors, `came again ${i}`);
      }
      const [cohorts, allCohorts] = await ask('cohorts', { ...wide, interval: 'day', periods: 3 });
      expectNear(cohorts.totals.visitors, allCohorts.totals.visitors, 'visitors of cohorts');
    },
  );

  it('take a sampled ratio for one of as many as were kept', { timeout: 60_000 }, async () => {
    const rate = 1 / 10;
    const isKept = ({ visitor }: Session) =>
      createSampler({ visitorId: rowId(visitor), sampling: { page_view: rate } }).weightOf('page_view') !== undefined;
    const { comparison } = await report(workspaceOf(rate), 'overview', range);
    const found = comparison.find(({ figure }) => figure === 'bounceRatio');
    const own = SESSIONS.filter((session) => isKept(session) && session.surface === 'h5');
    expect(found?.h5).toEqual({ count: own.length, value: expect.closeTo(own.filter(bounced).length / own.length, 9) });
    expect(own.length).toBeLessThan(SESSIONS.length / 8);
  });

  it('count sessions of one surface by the weight of what they show', { timeout: 60_000 }, async () => {
    const rate = 1 / 4;
    const { totals } = await report(workspaceOf(rate), 'overview', { ...range, surface: 'h5' });
    const { total, error } = truth(({ surface }) => (surface === 'h5' ? 1 : 0), rate);
    expect(Math.abs(totals.sessions - total)).toBeLessThanOrEqual(Z * error);
    expect(totals.bounceRatio).toBeLessThan(1);
  });

  it('are the very same with weights of 1 as without weights', { timeout: 60_000 }, async () => {
    for (const name of ['overview', 'pages', 'sessions', 'visitors', 'transitions'] as const) {
      expect(await report(workspaceOf(1), name, range)).toEqual(await report('plain', name, range));
    }
    expect(await report(workspaceOf(1), 'live', {})).toEqual(await report('plain', 'live', {}));
    const steps = [{ view: '/home' }, { goal: 'paid' }] as const;
    expect(await report(workspaceOf(1), 'funnel', { ...range, steps })).toEqual(
      await report('plain', 'funnel', { ...range, steps }),
    );
  });

  it('count what came before weights were added up as before, one for one', { timeout: 60_000 }, async () => {
    const isKept = ({ visitor }: Session) =>
      createSampler({ visitorId: rowId(visitor), sampling: { page_view: 1 / 4 } }).weightOf('page_view') !== undefined;
    const views = SESSIONS.filter(isKept).reduce((sum, session) => sum + ofType('page_view')(session), 0);
    const transitions = SESSIONS.filter(isKept).reduce((sum, session) => sum + ofType('transition')(session), 0);
    expect((await report('before', 'overview', range)).totals).toMatchObject({ sessions: SESSIONS.length, views });
    expect((await report('before', 'pages', range)).totals.views).toBe(views);
    expect((await report('before', 'transitions', range)).totals.transitions).toBe(transitions);
    expect((await report('before', 'live', {})).totals.views).toBe(views);
  });
});
