import type { PageRow } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { DEFAULT_SORT, filterPages, nextSort, sortPages } from './sort-pages.js';

const row = (page: string, views: number, other: Partial<PageRow> = {}): PageRow => ({
  page,
  surface: 'h5',
  views,
  visitors: 0,
  entries: 0,
  exits: 0,
  bounces: 0,
  bounceRatio: 0,
  dwellMsMedian: null,
  dwellMsP25: null,
  dwellMsP75: null,
  dwellMsP90: null,
  ...other,
});
const pagesOf = (rows: readonly PageRow[]) => rows.map(({ page }) => page);

describe('sortPages', () => {
  it('sorts numbers as numbers', () => {
    const rows = [row('/a', 9), row('/b', 100), row('/c', 20)];
    expect(pagesOf(sortPages(rows, DEFAULT_SORT))).toEqual(['/b', '/c', '/a']);
    expect(pagesOf(sortPages(rows, { column: 'views', direction: 'ascending' }))).toEqual(['/a', '/c', '/b']);
  });

  it('leaves what is unknown at the end, whichever way it sorts', () => {
    const rows = [row('/a', 1), row('/b', 1, { dwellMsMedian: 5 }), row('/c', 1, { dwellMsMedian: 9 })];
    expect(pagesOf(sortPages(rows, { column: 'dwellMsMedian', direction: 'descending' }))).toEqual(['/c', '/b', '/a']);
    expect(pagesOf(sortPages(rows, { column: 'dwellMsMedian', direction: 'ascending' }))).toEqual(['/b', '/c', '/a']);
  });

  it('falls back to views and then to the name, so that rows do not dance on every refresh', () => {
    const rows = [row('/b', 1), row('/c', 5), row('/a', 1)];
    expect(pagesOf(sortPages(rows, { column: 'exits', direction: 'descending' }))).toEqual(['/c', '/a', '/b']);
  });

  it('does not touch the report', () => {
    const rows = [row('/a', 1), row('/b', 2)];
    sortPages(rows, DEFAULT_SORT);
    expect(pagesOf(rows)).toEqual(['/a', '/b']);
  });
});

describe('nextSort', () => {
  it('turns round on the same column, and begins a new one with the end one looks for', () => {
    expect(nextSort(DEFAULT_SORT, 'views')).toEqual({ column: 'views', direction: 'ascending' });
    expect(nextSort(DEFAULT_SORT, 'exits')).toEqual({ column: 'exits', direction: 'descending' });
    expect(nextSort(DEFAULT_SORT, 'page')).toEqual({ column: 'page', direction: 'ascending' });
  });
});

describe('filterPages', () => {
  it('finds a part of the name in whatever case, and everything without a filter', () => {
    const rows = [row('/Funds/one', 1), row('/orders', 1)];
    expect(pagesOf(filterPages(rows, ' funds '))).toEqual(['/Funds/one']);
    expect(filterPages(rows, '  ')).toBe(rows);
  });
});
