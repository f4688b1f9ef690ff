import { type EventType, type ReportQuery, type Step, SURFACES } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createRandom } from '../../../benchmarks/src/load/random.js';
import { hodgesLehmann, newcombeDifference, upperNormalQuantile } from '../../../packages/analytics/src/stats/index.js';
import { loadRows } from '../../../packages/collector/src/store/load-rows.js';
import { REPORT_LIMITS } from '../../../packages/collector/src/store/reports/query-scope.js';
import { createSampler } from '../../../packages/sdk-web/src/reduce/sample.js';
import { askReport } from '../../fixtures/ask-report.js';
import { startTestEngine } from '../../fixtures/migrated-store.js';
import type { TestEngine } from '../../fixtures/start-engine.js';
import { EVENTS_LAYOUT, rowId } from '../../fixtures/store-rows.js';
import { CONTENT_FROM, CONTENT_TO, type ContentSession, contentRows, makeContent } from './content-history.js';
import { type ContentAsked, contentOf } from './content-oracle.js';

const SEED = 20_261_130;
const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const STEPS: readonly Step[] = [{ view: '/product' }, { click: 'buy' }, { goal: 'paid' }];
const whole = { from: CONTENT_FROM, to: CONTENT_TO };
const part = { from: CONTENT_FROM + DAY_MS + 7 * HOUR_MS, to: CONTENT_FROM + 4 * DAY_MS + 13 * HOUR_MS };

const SESSIONS = makeContent(SEED, 400);

/** What is asked for, and the same for the oracle. */
const FILTERS: readonly (readonly [what: string, query: ReportQuery<'surfaces'>, asked: ContentAsked])[] = [
  ['templates', whole, { ...whole, by: 'template' }],
  ['templates of some days, for one goal', { ...part, goal: 'paid' }, { ...part, by: 'template', goal: 'paid' }],
  ['modules', { ...whole, by: 'module' }, { ...whole, by: 'module' }],
  ['modules of some days', { ...part, by: 'module' }, { ...part, by: 'module' }],
  ['steps', { ...whole, by: 'step', steps: STEPS }, { ...whole, by: 'step', steps: STEPS }],
  ['templates for risk control', { ...whole, purpose: 'risk' }, { ...whole, by: 'template', purpose: 'risk' }],
  [
    'modules of a segment',
    { ...part, by: 'module', segment: [{ field: 'country', is: ['CN'] }] },
    { ...part, by: 'module', isIn: ({ country }) => country === 'CN' },
  ],
];

describe(`content of seed ${SEED} on both surfaces, loaded in no order and in part twice`, () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startTestEngine();
    const random = createRandom(SEED);
    const batches = SESSIONS.flatMap((session) => contentRows(session, 'w1'));
    const loads = [...batches, ...batches.filter(() => random() < 0.3)]
      .map((batch) => ({ batch, at: random() }))
      .sort((a, b) => a.at - b.at)
      .map(({ batch }) => batch);
    for (let i = 0; i < loads.length; i += 60) await loadRows(test.store, EVENTS_LAYOUT, loads.slice(i, i + 60));
  });
  afterAll(() => test.close());

  const report = (query: ReportQuery<'surfaces'>, workspace = 'w1') =>
    askReport(test.store, workspace, 'surfaces', query);

  it.each(FILTERS)('is counted as the oracle counts it: %s', async (_, query, asked) => {
    const found = await report(query);
    const expected = contentOf(SESSIONS, asked);
    expect(found.rows.length).toBeGreaterThan(4);
    expect(byKey(found.rows)).toEqual(byKey(expected.rows));
    expect(found.totals).toEqual(expected.totals);
    expect(byKey(found.ways)).toEqual(byKey(expected.ways));
    expect(found.ways.some(({ fromSurface, surface }) => fromSurface !== surface)).toBe(true);
  });

  it('stands in the order of sessions, both surfaces of a name together', async () => {
    const { rows } = await report(whole);
    const names = [...new Set(rows.map(({ name }) => name))];
    expect(rows.map(({ name, surface }) => [name, surface])).toEqual(
      names.flatMap((name) => SURFACES.map((surface) => [name, surface])),
    );
    const both = names.map((name) =>
      rows.filter((row) => row.name === name).reduce((sum, row) => sum + row.sessions, 0),
    );
    expect(both).toEqual([...both].sort((a, b) => b - a));
  });

  it('is compared by name and figure, with intervals of their own and of all together', async () => {
    const { rows, comparison } = await report({ ...whole, by: 'module' });
    const expected = contentOf(SESSIONS, { ...whole, by: 'module' });
    const made = comparison.filter(({ difference }) => difference !== null);
    // Conversion, drop-off, errors and dwell of each; native screens have no web vitals.
    expect([made.length, comparison.length]).toEqual([(rows.length / 2) * 4, (rows.length / 2) * 9]);
    const z = upperNormalQuantile(0.025 / made.length);
    for (const { name, figure, h5, native, ...found } of made) {
      const [a, b] = SURFACES.map((surface) =>
        expected.rows.find((row) => row.name === name && row.surface === surface),
      );
      if (!a || !b) throw new Error('the oracle knows both surfaces of each');
      if (figure === 'dwellMs') {
        const [first, second] = SURFACES.map((surface) => ({ values: expected.dwells(name, surface) }));
        if (!first || !second) throw new Error('there are two surfaces');
        expect([h5.count, native.count]).toEqual([first.values.length, second.values.length]);
        expect([h5.value, native.value]).toEqual([a.dwellMsMedian, b.dwellMsMedian]);
        const shift = hodgesLehmann(first, second);
        // Twenty quantiles stand for the values: they know a shift to a part of the spread.
        expect(Math.abs(Number(found.difference) - Number(shift?.difference))).toBeLessThan(2_000);
        continue;
      }
      const count = figure === 'conversionRatio' ? 'conversions' : figure === 'dropOffRatio' ? 'dropOffs' : 'failures';
      const of = (row: typeof a) => ({ successes: row[count], trials: row.sessions });
      const [own, together] = [newcombeDifference(of(a), of(b)), newcombeDifference(of(a), of(b), z)];
      expect([h5.count, native.count]).toEqual([a.sessions, b.sessions]);
      expect([found.difference, found.low, found.high]).toEqual([own?.difference, own?.low, own?.high]);
      expect([found.lowTogether, found.highTogether]).toEqual([together?.low, together?.high]);
    }
  });

  it('compares a last name as a whole, though only one of its rows is asked for', async () => {
    const all = await report(whole);
    const one = await report({ ...whole, limit: 1 });
    expect(one.rows).toEqual(all.rows.slice(0, 1));
    expect(one.totals).toEqual(all.totals);
    const same = ({ name, figure, difference, low }: (typeof all.comparison)[number]) => [
      name,
      figure,
      difference,
      low,
    ];
    expect(one.comparison.map(same)).toEqual(all.comparison.slice(0, 9).map(same));
  });

  it('is nothing, and not broken, where there is nothing', async () => {
    const nothing = { rows: [], totals: { sessions: 0, everyNth: 1 }, comparison: [], ways: [] };
    expect(await report(whole, 'another')).toEqual(nothing);
    expect(await report({ from: CONTENT_TO + 30 * DAY_MS, to: CONTENT_TO + 31 * DAY_MS, by: 'module' })).toEqual(
      nothing,
    );
  });
});

/** Half the width of an interval, in standard errors: one of a thousand passes it. */
const Z = 3.29;
/** No two types are kept at one rate, and yet what must have been kept together is. */
const RATES: Partial<Record<EventType, number>> = {
  page_view: 1 / 2,
  screen_view: 1 / 2,
  exposure: 1 / 3,
  error: 1 / 4,
  transition: 1 / 3,
  view_end: 1 / 2,
};

describe('the same of a population of which the SDK kept a share of the visitors', () => {
  const everybody = makeContent(SEED + 1, 3_000);
  let test: TestEngine;
  beforeAll(async () => {
    test = await startTestEngine();
    await loadRows(test.store, EVENTS_LAYOUT, everybody.flatMap(kept));
  });
  afterAll(() => test.close());

  function kept(session: ContentSession): Uint8Array[] {
    const sampler = createSampler({ visitorId: rowId(session.visitor), sampling: RATES });
    return contentRows(session, 'w1', ({ fields }) => sampler.weightOf(fields.type));
  }

  it('takes a share of very many sessions for all of them, and says so', async () => {
    const all = await askReport(test.store, 'w1', 'surfaces', whole);
    const share = await askReport(test.store, 'w1', 'surfaces', whole, 0, { ...REPORT_LIMITS, sessions: 700 });
    expect(all.totals.everyNth).toBe(1);
    expect(share.totals).toEqual({ ...all.totals, everyNth: 4 });
    for (const row of all.rows) {
      const same = share.rows.find(({ name, surface }) => name === row.name && surface === row.surface);
      for (const figure of ['sessions', 'conversions', 'dropOffs', 'failures'] as const) {
        // Each session is drawn by itself, and most of those kept stand for two, some of the failed for four.
        const error = Math.sqrt(3 * 4 * row[figure]);
        expect(Math.abs(Number(same?.[figure]) - row[figure]), `${figure} of ${row.name}`).toBeLessThanOrEqual(
          Z * error,
        );
      }
    }
    const [one, of] = [share, all].map(({ comparison }) =>
      comparison.find(({ name, figure }) => name === 'product' && figure === 'dropOffRatio'),
    );
    expect(Number(one?.h5.count) / Number(of?.h5.count)).toBeCloseTo(1 / 4, 1);
  });

  it.each(['template', 'module'] as const)('is estimated within what chance allows, by %s', async (by) => {
    const asked: ContentAsked = { ...whole, by };
    const found = await askReport(test.store, 'w1', 'surfaces', { ...whole, by });
    const expected = contentOf(everybody, asked);
    const lowest = {
      conversions: by === 'module' ? 1 / 3 : 1 / 2,
      dropOffs: by === 'module' ? 1 / 3 : 1 / 2,
      failures: 1 / 4,
    };
    const byVisitor = countsByVisitor(everybody, asked);
    for (const row of expected.rows) {
      const same = found.rows.find(({ name, surface }) => name === row.name && surface === row.surface);
      for (const [figure, rate] of [['sessions', lowest.conversions], ...Object.entries(lowest)] as const) {
        const own = byVisitor(row.name, row.surface, figure as 'sessions');
        const error = Math.sqrt((1 / rate - 1) * own.reduce((sum, n) => sum + n * n, 0));
        const told = row[figure as 'sessions'];
        expect(
          Math.abs(Number(same?.[figure as 'sessions']) - told),
          `${figure} of ${row.name} on ${row.surface}`,
        ).toBeLessThanOrEqual(Z * error + 0.5);
      }
    }
    // A sample is worth what was kept of it.
    const conversion = found.comparison.find(({ figure }) => figure === 'conversionRatio');
    expect(conversion?.h5.count).toBeLessThan(
      expected.rows.find(({ name, surface }) => name === conversion?.name && surface === 'h5')?.sessions ?? 0,
    );
  });
});

/** What each visitor has of a figure of a row: visitors are kept or not. */
function countsByVisitor(sessions: readonly ContentSession[], asked: ContentAsked) {
  const visitors = new Map<number, ContentSession[]>();
  for (const session of sessions) visitors.set(session.visitor, [...(visitors.get(session.visitor) ?? []), session]);
  const rows = [...visitors.values()].map((own) => contentOf(own, asked).rows);
  return (name: string, surface: string, figure: 'sessions' | 'conversions' | 'dropOffs' | 'failures') =>
    rows.map((own) => own.find((row) => row.name === name && row.surface === surface)?.[figure] ?? 0);
}

/** In an order of their own, figures to nine digits: an engine and a test may add up in another order. */
function byKey(rows: readonly object[]): object[] {
  return rows
    .map((row) =>
      Object.fromEntries(
        Object.entries(row).map(([key, value]) => [
          key,
          typeof value === 'number' ? Number(value.toPrecision(9)) : value,
        ]),
      ),
    )
    .sort((a, b) => keyOf(a).localeCompare(keyOf(b)));
}

function keyOf({ name, surface, fromSurface, way }: Readonly<Record<string, unknown>>): string {
  return JSON.stringify([name, surface, fromSurface, way]);
}
