import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { CHANNEL_NAMES, createSeriesDetector, FLAG_SCORE, SERIES_SETTINGS, type SeriesDetector } from '../index.js';

const HOUR_MS = 3_600_000;
const ROW_MS = 5 * 60_000;
const START_MS = Date.UTC(2026, 2, 2);
const DAY_ROWS = 288;

/** A day's wave with noise, five minutes a row. */
function wave(seed: number, rows: number): number[] {
  const random = seededRandom(seed);
  return Array.from({ length: rows }, (_, i) => 100 + 30 * Math.sin((2 * Math.PI * i) / DAY_ROWS) + 6 * random());
}
const scoresOf = (values: readonly number[], detector: SeriesDetector = createSeriesDetector()) =>
  values.map((value, i) => detector.observe(START_MS + i * ROW_MS, value).score);
const alarms = (scores: readonly number[]) => scores.flatMap((score, i) => (score >= FLAG_SCORE ? [i] : []));

describe('a series detector', () => {
  it('is silent on a wave with noise, and sees a spike, a shift and a missing day at once', () => {
    const quiet = wave(1, 4_000);
    expect(alarms(scoresOf(quiet))).toEqual([]);
    const spiked = quiet.with(3_000, 250);
    expect(alarms(scoresOf(spiked))[0]).toBe(3_000);
    const shifted = quiet.map((value, i) => (i < 3_000 ? value : value + 80));
    expect(alarms(scoresOf(shifted))[0]).toBe(3_000);
    // A flat day at its mean is no extreme; only what the hour is like tells.
    const flat = quiet.map((value, i) => (i < 2_880 || i >= 2_880 + DAY_ROWS ? value : 100));
    const [first = 0] = alarms(scoresOf(flat));
    expect(first).toBeGreaterThanOrEqual(2_880);
    expect(first).toBeLessThan(2_880 + DAY_ROWS);
  });

  it('tells an incident once: an endless shift is a handful of alarms, not one a row', () => {
    const shifted = wave(2, 4_000).map((value, i) => (i < 2_000 ? value : value + 80));
    expect(alarms(scoresOf(shifted)).length).toBeLessThanOrEqual(5);
  });

  it('has no largest score: the greater departure scores higher, at any size', () => {
    const scores = [1e3, 1e6, 1e12, 1e100].map((size) => scoresOf(wave(3, 3_000).with(2_500, size))[2_500] ?? 0);
    expect(scores).toEqual(scores.toSorted((a, b) => a - b));
    expect(new Set(scores).size).toBe(scores.length);
  });

  it('goes on from its saved state as if nothing had been, by way of JSON', () => {
    const values = wave(4, 3_000).with(2_900, 300);
    const whole = createSeriesDetector();
    const scores = scoresOf(values, whole);
    const early = createSeriesDetector();
    scoresOf(values.slice(0, 1_777), early);
    const text = JSON.stringify(early.save());
    const later = createSeriesDetector(SERIES_SETTINGS, JSON.parse(text));
    const rest = values.slice(1_777).map((value, i) => later.observe(START_MS + (1_777 + i) * ROW_MS, value).score);
    expect(rest).toEqual(scores.slice(1_777));
    expect(later.save()).toEqual(whole.save());
  });

  it('knows only the past: what comes later changes no score', () => {
    const values = wave(5, 2_000);
    const changed = [...values.slice(0, 1_500), ...values.slice(1_500).map((value) => value * 9)];
    expect(scoresOf(changed).slice(0, 1_500)).toEqual(scoresOf(values).slice(0, 1_500));
  });

  it('stays as small after 20,000 rows as after 2,000', () => {
    const detector = createSeriesDetector();
    scoresOf(wave(6, 2_000), detector);
    const numbers = countNumbers(detector.save());
    scoresOf(wave(7, 20_000), detector);
    expect(countNumbers(detector.save())).toBe(numbers);
    expect(numbers).toBeLessThan(1_300);
  });

  it('makes nothing of constant series, gaps, duplicates, late rows, clock jumps and what is no number', () => {
    const everyChannel = {
      ...SERIES_SETTINGS,
      weights: Object.fromEntries(CHANNEL_NAMES.map((name) => [name, 1])),
    };
    for (const settings of [SERIES_SETTINGS, everyChannel]) {
      const constant = scoresOf(new Array(3_000).fill(42), createSeriesDetector(settings));
      expect(new Set(constant)).toEqual(new Set([0]));
      const random = seededRandom(8);
      const detector = createSeriesDetector(settings);
      const odd = [Number.NaN, Number.POSITIVE_INFINITY, -Number.MAX_VALUE, 1e308];
      const scores = wave(8, 6_000).map((value, i) => {
        const jump = random();
        const atMs = START_MS + i * ROW_MS + (jump < 0.02 ? -36 : jump < 0.03 ? 1_000 : 0) * HOUR_MS;
        if (jump > 0.98) detector.observe(atMs, value);
        const given = jump > 0.95 && jump < 0.97 ? (odd[i % odd.length] ?? 0) : value;
        return detector.observe(jump > 0.94 && jump < 0.95 ? Number.NaN : atMs, given).score;
      });
      expect(scores.every(Number.isFinite)).toBe(true);
      expect(alarms(scores).length).toBeLessThanOrEqual(6); // of 6,000 rows, one in ten of them broken
      const rounding = Array.from({ length: 3_000 }, (_, i) => 1e6 + (i % 7) * 1e-10 + (i === 2_000 ? 1e-9 : 0));
      expect(new Set(scoresOf(rounding, createSeriesDetector(settings)))).toEqual(new Set([0]));
    }
  });
});

function countNumbers(value: unknown): number {
  if (typeof value === 'number') return 1;
  return typeof value === 'object' && value !== null
    ? Object.values(value).reduce((sum: number, one) => sum + countNumbers(one), 0)
    : 0;
}
