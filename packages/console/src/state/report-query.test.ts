import { describe, expect, it } from 'vitest';
import { PAGE_ROWS_MAX, reportQuery } from './report-query.js';

const nowMs = new Date(2026, 2, 14, 15, 9, 26).getTime();

describe('reportQuery', () => {
  it('begins where the range begins, and at no time for all', () => {
    expect(reportQuery({ range: 'hour', surface: 'all' }, nowMs).from).toBe(nowMs - 3_600_000);
    expect(reportQuery({ range: 'today', surface: 'all' }, nowMs).from).toBe(new Date(2026, 2, 14).getTime());
    expect(reportQuery({ range: '7d', surface: 'all' }, nowMs).from).toBe(nowMs - 604_800_000);
    expect(reportQuery({ range: '30d', surface: 'all' }, nowMs).from).toBe(nowMs - 2_592_000_000);
    expect(reportQuery({ range: 'all', surface: 'all' }, nowMs)).toEqual({ limit: PAGE_ROWS_MAX });
  });

  it('names the surface only when one was chosen', () => {
    expect(reportQuery({ range: 'all', surface: 'native' }, nowMs).surface).toBe('native');
  });
});
