import { describe, expect, it } from 'vitest';
import { REPORT_NAMES } from '../reports/query.js';
import { REPORT_QUERY_SCHEMAS } from './report-query.js';

const reportQuerySchema = REPORT_QUERY_SCHEMAS.pages;

const fieldAtFault = (query: Record<string, unknown>) => reportQuerySchema.safeParse(query).error?.issues[0]?.path[0];

describe('REPORT_QUERY_SCHEMAS', () => {
  it.each([
    ['2026-01-05', Date.UTC(2026, 0, 5)],
    ['2024-02-29', Date.UTC(2024, 1, 29)],
    ['2026-01-05T10:30', Date.UTC(2026, 0, 5, 10, 30)],
    ['2026-01-05T10:30:15.25', Date.UTC(2026, 0, 5, 10, 30, 15, 250)],
    ['2026-01-05T10:30:00Z', Date.UTC(2026, 0, 5, 10, 30)],
    ['2026-01-05T10:30:00+08:00', Date.UTC(2026, 0, 5, 2, 30)],
    ['0', 0],
    ['1767609000000', 1_767_609_000_000],
  ])('reads the time %s, UTC when it says no zone', (text, expected) => {
    expect(reportQuerySchema.parse({ from: text })).toEqual({ from: expected });
  });

  it.each([
    '',
    'yesterday 1',
    '5 Jan 2026',
    '2026-13-01',
    '2026-02-30',
    '2026-1-5',
    '2026-01-05T25:00',
    '-1',
    '1e3',
    '2026'.repeat(4),
  ])('refuses the time %j', (text) => {
    expect(fieldAtFault({ to: text })).toBe('to');
  });

  it.each([
    [{ surface: 'desktop' }, 'surface'],
    [{ limit: '0' }, 'limit'],
    [{ limit: '10001' }, 'limit'],
    [{ limit: 'ten' }, 'limit'],
    [{ limit: '' }, 'limit'],
    [{ appId: '' }, 'appId'],
    [{ from: ['2026-01-05', '2026-01-06'] }, 'from'],
  ])('refuses %j', (query, field) => {
    expect(fieldAtFault(query)).toBe(field);
  });

  it.each([
    ['live', { minutes: '0' }, /^expected a whole number from 1 to \d+$/],
    ['funnel', {}, /^expected a JSON list of 2 to \d steps$/],
    ['funnel', { steps: '[{"view":"/"}]' }, /^expected 2 to \d steps$/],
  ] as const)('says what the %s report takes in place of %j', (name, query, sentence) => {
    expect(REPORT_QUERY_SCHEMAS[name].safeParse(query).error?.issues[0]?.message).toMatch(sentence);
  });

  it('refuses a parameter that it does not know, so that a typo never widens a report', () => {
    expect(reportQuerySchema.safeParse({ surfaces: 'h5' }).error?.issues[0]).toMatchObject({
      code: 'unrecognized_keys',
      keys: ['surfaces'],
    });
  });

  const steps = JSON.stringify([{ view: '/' }, { goal: 'paid' }]);
  it.each([
    ['overview', { timeZone: 'Mars/Olympus' }, 'timeZone'],
    ['overview', { timeZone: "UTC'" }, 'timeZone'],
    ['overview', { interval: 'minute' }, 'interval'],
    ['overview', { from: '2026-01-05', to: '2026-01-05' }, 'to'],
    ['overview', { limit: '10001' }, 'limit'],
    ['cohorts', { interval: 'hour' }, 'interval'],
    ['cohorts', { periods: '61' }, 'periods'],
    ['live', { minutes: '0' }, 'minutes'],
    ['effective-data', { by: 'country' }, 'by'],
    ['pages', { orderBy: 'surface' }, 'orderBy'],
    ['pages', { order: 'up' }, 'order'],
    ['pages', { cursor: '5' }, 'cursor'],
    ['pages', { cursor: 'r1000001' }, 'cursor'],
    ['pages', { purpose: 'sale' }, 'purpose'],
    ['pages', { format: 'xml' }, 'format'],
    ['pages', { segment: '{' }, 'segment'],
    ['pages', { segment: '[]' }, 'segment'],
    ['pages', { segment: '[{"field":"props","is":["x"]}]' }, 'segment'],
    ['pages', { segment: '[{"field":"country","is":[]}]' }, 'segment'],
    ['pages', { segment: '[{"did":{"view":"/","goal":"x"}}]' }, 'segment'],
    ['funnel', {}, 'steps'],
    ['funnel', { steps: '[{"view":"/"}]' }, 'steps'],
    ['funnel', { steps: '[{"view":"/"},{"view":"/"}]' }, 'steps'],
    ['funnel', { steps: '[{"view":"/"},{"order":"subscribe","phase":"x"}]' }, 'steps'],
    ['funnel', { steps, windowSeconds: '7776001' }, 'windowSeconds'],
    ['surfaces', { by: 'page' }, 'by'],
    ['surfaces', { by: 'step' }, 'steps'],
    ['surfaces', { steps }, 'steps'],
    ['surfaces', { by: 'step', steps, goal: 'paid' }, 'goal'],
  ] as const)('refuses what the %s report has not, or not so far: %j', (name, query, field) => {
    expect(REPORT_QUERY_SCHEMAS[name].safeParse(query).error?.issues[0]?.path[0]).toBe(field);
  });

  it.each(REPORT_NAMES)('says in a sentence what the %s report would have had', (name) => {
    const query = name === 'funnel' ? { steps, purpose: 'tv' } : { purpose: 'tv' };
    expect(REPORT_QUERY_SCHEMAS[name].safeParse(query).error?.issues[0]?.message).toMatch(/analytics.*risk/);
  });

  it('lets more rows out where they are streamed', () => {
    expect(reportQuerySchema.parse({ limit: '1000000', format: 'csv' })).toEqual({ limit: 1_000_000, format: 'csv' });
  });
});
