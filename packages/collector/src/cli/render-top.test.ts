import { describe, expect, it } from 'vitest';
import type { TopAnswer } from '../reports/top-route.js';
import { bytes, renderTop, topRates } from './render-top.js';

const BEFORE: TopAnswer = {
  startedAtMs: 1_000,
  nowMs: 1_767_609_000_000,
  accepted: 100,
  duplicate: 1,
  byType: { click: 60, page_view: 40 },
  bySurface: { h5: 100 },
  rejected: {},
  loadedRows: 90,
  loads: 3,
  failedLoads: 0,
  lastLoadMs: 70,
  lastLagMs: 210,
  slowest: [],
  wal: { records: 2, segments: 0, pendingBytes: 0, oldestAgeMs: 120 },
  completeTo: 1_767_608_999_880,
  storeReady: true,
  collectorRssBytes: 150 * 1_048_576,
  engineRssBytes: null,
};
const NOW: TopAnswer = {
  ...BEFORE,
  nowMs: BEFORE.nowMs + 2_000,
  accepted: 2_100,
  byType: { click: 1_060, page_view: 1_039, error: 1 },
  bySurface: { h5: 1_100, native: 1_000 },
  rejected: { bad_schema: 4 },
  loadedRows: 2_000,
  loads: 8,
  slowest: [{ method: 'GET', route: '/v1/reports/:name', status: 200, ms: 1_234 }],
};

describe('topRates', () => {
  it('are what changed in a second', () => {
    expect(topRates(BEFORE, NOW)).toEqual({
      events: 1_000,
      byType: { click: 500, page_view: 499.5, error: 0.5 },
      bySurface: { h5: 500, native: 500 },
      rejected: { bad_schema: 2 },
      loads: 2.5,
      loadedRows: 955,
    });
  });

  it('are zero across a restart, and of one answer alone', () => {
    expect(topRates(BEFORE, { ...NOW, startedAtMs: 5_000 }).events).toBe(0);
    expect(topRates(NOW, NOW)).toMatchObject({ events: 0, byType: { click: 0 } });
  });
});

describe('renderTop', () => {
  const lines = (width: number, height = 50) =>
    renderTop('http://127.0.0.1:8787', NOW, topRates(BEFORE, NOW), { width, height });

  it('shows all that it knows', () => {
    const text = lines(120).join('\n');
    for (const expected of [
      'complete to 10:29:59 UTC',
      '1,000/s   2,100 accepted, 1 copies, 4 rejected',
      'h5 500/s   native 500/s',
      '2 records wait, the oldest 120 ms',
      'the last took 70 ms; 0 failed',
      'lag      210 ms',
      'collector 150 MiB, engine -',
      'bad_schema',
      '1.2 s  200  GET /v1/reports/:name',
    ]) {
      expect(text).toContain(expected);
    }
  });

  it.each([200, 80, 40, 12, 1])('has no line longer than a terminal of %d columns', (width) => {
    expect(Math.max(...lines(width).map((line) => line.length))).toBeLessThanOrEqual(width);
  });

  it('has no more lines than the terminal, the most needed first', () => {
    expect(lines(80, 4)).toHaveLength(4);
    expect(lines(80, 4)[1]).toContain('complete to');
  });

  it('writes nothing that moves a terminal: a type is what a stranger sent', () => {
    const byType = { 'evil\u001b[2J': 3 };
    const text = renderTop('http://h', { ...NOW, byType }, topRates(BEFORE, NOW), { width: 80, height: 50 }).join('');
    expect(text).not.toContain('\u001b');
  });
});

describe('bytes', () => {
  it.each([
    [0, '0 B'],
    [1_023, '1023 B'],
    [1_536, '1.5 KiB'],
    [157_286_400, '150 MiB'],
    [5_368_709_120, '5.0 GiB'],
  ])('writes %d as %s', (value, text) => {
    expect(bytes(value)).toBe(text);
  });
});
