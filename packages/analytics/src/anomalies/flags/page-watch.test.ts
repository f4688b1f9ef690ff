import { describe, expect, it } from 'vitest';
import {
  type SiteVisits,
  siteVisits,
  usualPerHour,
  VISITS_START_MS,
} from '../../../../../test/fixtures/site-visits.js';
import { type CandidateFlag, createFlagBank, parseWorkspacePart, type RiskDetector, type RiskEvent } from '../index.js';
import { PAGES_MAX } from './page-watch.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
const BROKEN_MS = VISITS_START_MS + 9 * DAY_MS + 10 * HOUR_MS;
const LEARNT = { fromMs: 0, toMs: 11 * DAY_MS };
const isBroken = (atMs: number) => atMs >= BROKEN_MS && atMs < BROKEN_MS + 8 * HOUR_MS;
const breaks = (flags: readonly CandidateFlag[]) => flags.filter(({ kind }) => kind === 'funnel_break');
const run = (bank: RiskDetector, events: readonly RiskEvent[]) => breaks(events.flatMap(bank.observe));
const found = (options: Partial<SiteVisits>) => run(createFlagBank(), siteVisits(7, { ...LEARNT, ...options }));
const told = (flags: readonly CandidateFlag[]) => flags.map(({ entityId, reasons }) => [entityId, reasons[0]?.code]);

describe('pages of an app', { timeout: 60_000 }, () => {
  it('that nobody comes to any more are told within the hour, once, and nothing else is', () => {
    const flags = found({
      shown: (page, surface, atMs) => (page === 'list' && surface === 'h5' && isBroken(atMs) ? undefined : page),
    });
    expect(told(flags)).toEqual([['page list on h5', 'page_flat']]);
    const [flag] = flags;
    expect(parseWorkspacePart(flag?.entityId ?? '')).toEqual({ part: 'page', page: 'list', surface: 'h5' });
    expect(flag).toMatchObject({ severity: 'high', entityKind: 'workspace' });
    expect(flag?.firstMs).toBeGreaterThan(BROKEN_MS - HOUR_MS / 2);
    expect(flag?.lastMs).toBeLessThan(BROKEN_MS + HOUR_MS);
    const [{ observed = 1, expectedLow = 0, n = 0, baselineSpanMs = 0 } = {}] = flag?.evidence ?? [];
    expect(observed).toBeLessThan(expectedLow);
    expect(n).toBeGreaterThan(10);
    expect(baselineSpanMs).toBeGreaterThan(9 * DAY_MS);
    expect(flag?.reasons[0]?.text).toMatch(/^Of \d+ visits, \d came to page list on h5; about \d+ are usual\.$/);
  });

  it('that a few still find are told as well', () => {
    let visits = 0;
    const flags = found({
      shown: (page, _, atMs) => (page === 'list' && isBroken(atMs) && ++visits % 40 !== 0 ? undefined : page),
    });
    expect(told(flags)).toEqual(
      [
        ['page list on native', 'page_flat'],
        ['page list on h5', 'page_flat'],
      ].toSorted((a, b) => told(flags).findIndex(([id]) => id === a[0]) - told(flags).findIndex(([id]) => id === b[0])),
    );
  });

  it('that fewer come to for good are told once, and watched as they are now from two weeks later on', () => {
    let visits = 0;
    const gone = BROKEN_MS + 16 * DAY_MS;
    const flags = found({
      toMs: 27 * DAY_MS,
      perHour: (atMs) => 3 * usualPerHour(atMs),
      shown: (page, surface, atMs) =>
        page === 'list' && surface === 'h5' && atMs >= BROKEN_MS && (atMs >= gone || ++visits % 10 !== 0)
          ? undefined
          : page,
    });
    expect(told(flags)).toEqual([
      ['page list on h5', 'page_flat'],
      ['page list on h5', 'page_flat'],
    ]);
    expect(flags.map(({ lastMs }) => lastMs < gone)).toEqual([true, false]);
  });

  it('are known still when nobody came to the surface for days, or the collector was away', () => {
    const flags = found({
      toMs: 16 * DAY_MS,
      perHour: (atMs) => (atMs >= BROKEN_MS - HOUR_MS && atMs < BROKEN_MS + 4 * DAY_MS ? 0 : usualPerHour(atMs)),
      shown: (page, surface, atMs) =>
        page === 'list' && surface === 'h5' && atMs >= BROKEN_MS + 5 * DAY_MS ? undefined : page,
    });
    expect(told(flags)).toEqual([['page list on h5', 'page_flat']]);
  });

  it('that nobody goes on from are told, and those behind them, as the surface when they are many', () => {
    const flags = found({
      isDeadEnd: (page, surface, atMs) => page === 'home' && surface === 'native' && isBroken(atMs),
    });
    const [first] = told(flags);
    expect(first).toEqual(['page home on native', 'page_drop']);
    expect(new Set(told(flags).map(([id]) => id))).toEqual(
      new Set(['page home on native', 'page list on native', 'surface native']),
    );
    expect(flags.every(({ lastMs }) => lastMs < BROKEN_MS + 4 * HOUR_MS)).toBe(true);
    const surface = flags.filter(({ entityId }) => entityId === 'surface native');
    expect(new Set(surface.map(({ dedupeKey }) => dedupeKey)).size).toBe(1);
  });

  it.each<[string, Partial<SiteVisits>]>([
    ['nothing', {}],
    [
      'a surface that nobody comes to, of which its pages say nothing',
      { shown: (page, surface, atMs) => (surface === 'h5' && isBroken(atMs) ? undefined : page) },
    ],
    [
      'a page that is taken out of the menu within four days',
      {
        shown: (page, _, atMs) => {
          const since = (atMs - BROKEN_MS + 4 * DAY_MS) / (4 * DAY_MS);
          return page === 'list' && (atMs * 7) % 1_000 < 1_000 * since ? undefined : page;
        },
      },
    ],
    [
      'a campaign that ends after five days',
      {
        shown: (page, _, atMs) =>
          page === 'home' && atMs % 3 === 0 && atMs > BROKEN_MS - 5 * DAY_MS && atMs < BROKEN_MS ? 'campaign' : page,
      },
    ],
    [
      'a crowd that comes for one page alone',
      {
        perHour: (atMs) => (isBroken(atMs) ? 2_000 : 60),
        isDeadEnd: (page, _, atMs) => page === 'home' && isBroken(atMs) && atMs % 20 !== 0,
      },
    ],
    [
      'names that go missing: they are other pages then',
      { more: (page, atMs) => (isBroken(atMs) ? { template: '', page: `/${page}` } : {}) },
    ],
    [
      'robots',
      { more: (_, atMs) => (isBroken(atMs) && atMs % 2 === 0 ? { automation: 'declared_bot', template: 'x' } : {}) },
    ],
  ])('are left alone by %s', (_, options) => {
    expect(told(found(options))).toEqual([]);
  });

  it('named by path alone are watched like others', () => {
    const flags = found({
      more: (page) => ({ template: '', page: `/${page}` }),
      shown: (page, surface, atMs) => (page === 'list' && surface === 'h5' && isBroken(atMs) ? undefined : page),
    });
    expect(told(flags)).toEqual([['page /list on h5', 'page_flat']]);
  });

  it('are watched on from JSON as if nothing had been', () => {
    const options = {
      ...LEARNT,
      shown: (page: string, _: string, atMs: number) => (page === 'list' && isBroken(atMs) ? undefined : page),
    };
    const events = siteVisits(7, options);
    const whole = run(createFlagBank(), events);
    const at = events.findIndex(({ atMs }) => atMs > BROKEN_MS + 60_000);
    const early = createFlagBank();
    const before = run(early, events.slice(0, at));
    const later = createFlagBank({}, JSON.parse(JSON.stringify(early.save())));
    expect([...before, ...run(later, events.slice(at))]).toEqual(whole);
    expect(whole).not.toEqual([]);
    const { pages: _, visits: __, ...former } = early.save(); // of a version that watched no pages
    expect(run(createFlagBank({}, former), events.slice(at))).toEqual([]);
  });

  it('of surfaces that nobody has heard of for long leave nothing behind', () => {
    const bank = createFlagBank();
    const [view] = siteVisits(9, { fromMs: 0, toMs: HOUR_MS });
    for (let i = 0; i < 900; i++) if (view) bank.observe({ ...view, surface: `s${i % 300}`, template: `t${i}` });
    const { pages } = bank.save();
    const groups = [...(pages?.old ?? []), ...(pages?.young ?? [])] as [
      string,
      { pages: [string, { number: number }][] },
    ][];
    const numbers = groups.flatMap(([, group]) => group.pages.map(([, { number }]) => number));
    expect(groups.length).toBeLessThanOrEqual(64);
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(Math.max(...numbers)).toBeLessThan(2 * 64);
  });

  it('are so many at most, the rest is counted; one that is seldom seen makes room for one that is', () => {
    const views = siteVisits(9, { fromMs: 0, toMs: 12 * DAY_MS, perHour: () => 100 });
    const bank = createFlagBank();
    const names = () => {
      const { pages } = bank.save();
      const groups = [...(pages?.old ?? []), ...(pages?.young ?? [])] as [string, { pages: [string, unknown][] }][];
      return groups.flatMap(([, group]) => group.pages.map(([name]) => name));
    };
    for (const [i, view] of views.slice(0, 4_000).entries()) {
      bank.observe({ ...view, surface: 'h5', template: `/article/${i}` });
    }
    expect(names()).toHaveLength(PAGES_MAX);
    expect(bank.unwatched()).toBe(4_000 - PAGES_MAX);
    for (const view of views.slice(4_000)) bank.observe({ ...view, surface: 'h5' });
    expect(names()).toEqual(expect.arrayContaining(['home', 'list', 'product', 'order']));
    expect(names().length).toBeLessThan(PAGES_MAX);
  });
});
