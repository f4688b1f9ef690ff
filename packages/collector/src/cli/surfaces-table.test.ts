import type { ContentRow } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { surfacesTable } from './surfaces-table.js';

const ROW: ContentRow = {
  name: 'product',
  surface: 'h5',
  sessions: 40,
  views: 52,
  conversions: 10,
  conversionRatio: 0.25,
  dropOffs: 4,
  dropOffRatio: 0.1,
  failures: 2,
  errorRatio: 0.05,
  dwellMsMedian: 21_000,
  dwellMsP25: 9_000,
  dwellMsP75: 40_000,
  dwellMsP90: 70_000,
  lcpMsP75: 1_900,
  inpMsP75: 130,
  clsP75: 0.05,
  fcpMsP75: 900,
  ttfbMsP75: 300,
};
const way = (surface: 'h5' | 'native', views: number, share: number) =>
  ({ name: 'product', fromSurface: 'h5', surface, way: 'link', views, share }) as const;

describe('surfacesTable', () => {
  it('shows what is known, and says what has no name or nothing after it', () => {
    const native: ContentRow = {
      ...ROW,
      name: '',
      surface: 'native',
      conversionRatio: null,
      lcpMsP75: null,
      inpMsP75: null,
    };
    const { head, rows } = surfacesTable({
      rows: [ROW, native],
      totals: { sessions: 60, everyNth: 1 },
      comparison: [],
      ways: [],
    });
    expect(rows).toEqual([
      ['product', 'h5', 40, 52, '25.0 %', '10.0 %', '5.0 %', '21.0 s', '1.9 s', '130 ms'],
      ['(none)', 'native', 40, 52, '-', '10.0 %', '5.0 %', '21.0 s', '-', '-'],
    ]);
    expect(head).toHaveLength(10);
  });

  it('tells the ways beneath, most frequent first', () => {
    const ways = [way('native', 3, 0.25), way('h5', 9, 0.75)];
    const { last } = surfacesTable({
      rows: [],
      totals: { sessions: 60, everyNth: 1 },
      comparison: [],
      ways,
    });
    expect(last).toMatch(/on +to +by[\s\S]*h5 +link +9 +75\.0 %\n.*native +link +3 +25\.0 %/);
    expect(last).toMatch(/60 sessions showed something\n$/);
    const totals = { sessions: 60, everyNth: 4 };
    expect(surfacesTable({ rows: [], totals, comparison: [], ways }).last).toMatch(
      /something; one in 4 was looked at\n$/,
    );
  });
});
