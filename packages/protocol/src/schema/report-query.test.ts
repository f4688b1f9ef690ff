import { describe, expect, it } from 'vitest';
import { reportQuerySchema } from './report-query.js';

const fieldAtFault = (query: Record<string, unknown>) => reportQuerySchema.safeParse(query).error?.issues[0]?.path[0];

describe('reportQuerySchema', () => {
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

  it('refuses a parameter that it does not know, so that a typo never widens a report', () => {
    expect(reportQuerySchema.safeParse({ surfaces: 'h5' }).error?.issues[0]).toMatchObject({
      code: 'unrecognized_keys',
      keys: ['surfaces'],
    });
  });
});
