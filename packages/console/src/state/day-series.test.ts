import { describe, expect, it } from 'vitest';
import { daySeries } from './day-series.js';

describe('daySeries', () => {
  it('puts days in order and fills the ones left out with zero', () => {
    const rows = [
      { day: '2026-03-02', views: 5 },
      { day: '2026-02-27', views: 3 },
    ];
    expect(daySeries(rows, ({ views }) => views)).toEqual([3, 0, 0, 5]);
  });

  it('has nothing to show without rows', () => {
    expect(daySeries([], () => 1)).toEqual([]);
  });
});
