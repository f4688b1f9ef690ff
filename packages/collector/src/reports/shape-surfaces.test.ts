import { describe, expect, it } from 'vitest';
import { QUANTILES } from '../store/reports/quantile-levels.js';
import type { ContentCounts } from '../store/reports/surfaces.js';
import { shapeSurfaces } from './shape-surfaces.js';

const spread = (count: number, at: number) =>
  [count, Array.from({ length: QUANTILES }, (_, i) => (count === 0 ? null : at + i))] as const;

/** Two hundred sessions of which so many converted; no vitals on native screens. */
const counts = (name: string, surface: 'h5' | 'native', converted: number): ContentCounts => ({
  name,
  surface,
  sessions: 200,
  views: 300,
  conversions: converted,
  conversionRatio: converted / 200,
  dropOffs: 20,
  dropOffRatio: 0.1,
  failures: 2,
  errorRatio: 0.01,
  dwellMsMedian: 7_777,
  dwellMsP25: 1,
  dwellMsP75: 2,
  dwellMsP90: 3,
  lcpMsP75: null,
  inpMsP75: null,
  clsP75: null,
  fcpMsP75: null,
  ttfbMsP75: null,
  sums: [converted, 20, 2, 200, 200],
  spreads: [spread(300, 7_000), ...Array.from({ length: 5 }, () => spread(surface === 'h5' ? 40 : 0, 900))],
  ways: [
    [2, 30],
    [21, 10],
  ],
});

const shape = (rows: readonly ContentCounts[], query: Parameters<typeof shapeSurfaces>[1] = {}) => {
  const moment = { nowMs: 0, completeTo: null };
  return shapeSurfaces({ rows, totals: [{ sessions: 400, everyNth: 1 }], surfaces: [], others: {}, moment }, query);
};
const BOTH = [counts('1', 'h5', 40), counts('1', 'native', 60), counts('2', 'h5', 9), counts('2', 'native', 9)];

describe('shapeSurfaces', () => {
  it('says of each surface the very median that its row says', () => {
    const dwell = shape(BOTH).comparison.find(({ figure }) => figure === 'dwellMs');
    expect([dwell?.h5, dwell?.native]).toEqual([
      { value: 7_777, count: 300 },
      { value: 7_777, count: 300 },
    ]);
    expect(dwell?.difference).toBe(0);
  });

  it('compares what both surfaces have, and leaves open what one alone has', () => {
    const { comparison } = shape(BOTH.slice(0, 3));
    expect(new Set(comparison.map(({ name }) => name))).toEqual(new Set(['1']));
    const lcp = comparison.find(({ figure }) => figure === 'lcpMs');
    expect(lcp).toMatchObject({ native: { value: null, count: 0 }, difference: null, lowTogether: null });
  });

  it('leaves out how often the last step went on to nothing', () => {
    const steps = [{ view: '/' }, { goal: 'paid' }] as const;
    const converting = ({ comparison }: ReturnType<typeof shape>) =>
      comparison.filter(({ figure }) => figure === 'conversionRatio').map(({ name }) => name);
    expect(converting(shape(BOTH, { by: 'step', steps }))).toEqual(['1']);
    expect(converting(shape(BOTH))).toEqual(['1', '2']);
  });

  it('names ways, most frequent first, as shares of the views that went on', () => {
    expect(shape(BOTH.slice(0, 1)).ways).toEqual([
      { name: '1', fromSurface: 'h5', surface: 'h5', way: 'link', views: 30, share: 0.75 },
      { name: '1', fromSurface: 'h5', surface: 'native', way: 'bridge_call', views: 10, share: 0.25 },
    ]);
  });

  it('shows no more rows than are asked for', () => {
    expect(shape(BOTH, { limit: 1 }).rows).toHaveLength(1);
    expect(Object.keys(shape(BOTH, { limit: 1 }).rows[0] ?? {})).not.toContain('sums');
  });
});
