import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { createCalibrationAlarm } from './calibration-alarm.js';
import { chiSquareCritical, chiSquareTail } from './chi-square.js';
import { countInBins, cutMassBins } from './mass-bins.js';
import { populationStability } from './population-stability.js';

describe('the chi-square distribution', () => {
  it('is that of scipy', () => {
    // scipy.stats.chi2 (1.17.1): ppf(.95, k) for k = 1, 9, 30; sf(3.3, 4), sf(120, 19), sf(.01, 1)
    expect(chiSquareCritical(0.05, 1)).toBeCloseTo(3.841458820694124, 9);
    expect(chiSquareCritical(0.05, 9)).toBeCloseTo(16.918977604620448, 9);
    expect(chiSquareCritical(0.05, 30)).toBeCloseTo(43.77297182574219, 9);
    expect(chiSquareTail(3.3, 4)).toBeCloseTo(0.5089322578449987, 12);
    expect(chiSquareTail(120, 19) / 1.1092173716436164e-16).toBeCloseTo(1, 6);
    expect(chiSquareTail(0.01, 1)).toBeCloseTo(0.920344325445942, 12);
  });

  it('refuses tails and degrees that are none', () => {
    expect(() => chiSquareTail(1, 0)).toThrow(RangeError);
    expect(() => chiSquareCritical(1, 2)).toThrow(RangeError);
  });
});

describe('populationStability', () => {
  it('is right by hand', () => {
    // Shares (101/202, 101/202) and (51/202, 151/202) after half a row for each bin.
    const found = populationStability([100.5, 100.5], [50.5, 150.5]);
    const expected = (51 / 202 - 0.5) * Math.log(51 / 101) + (151 / 202 - 0.5) * Math.log(151 / 101);
    expect(found?.psi).toBeCloseTo(expected, 12);
    expect(found?.critical).toBeCloseTo((2 / 201) * 3.841458820694124, 9);
    expect(found).toMatchObject({ moved: true, habit: 'major' });
  });

  it('is moved by chance as often as it says', () => {
    const random = seededRandom(3);
    const sample = (rows: number): number[] => {
      const counts = new Array<number>(10).fill(0);
      for (let row = 0; row < rows; row += 1) {
        const bin = Math.floor(10 * random());
        counts[bin] = Number(counts[bin]) + 1;
      }
      return counts;
    };
    let moved = 0;
    for (let trial = 0; trial < 400; trial += 1) if (populationStability(sample(1000), sample(300))?.moved) moved += 1;
    // Binomial(400, .05): 20, four standard deviations are 17.4.
    expect(moved).toBeGreaterThan(3);
    expect(moved).toBeLessThan(38);
  });

  it('calls a small shift of many rows moved, which habit calls stable', () => {
    const found = populationStability([50_000, 50_000], [48_000, 52_000]);
    expect(found).toMatchObject({ moved: true, habit: 'stable' });
    expect(found?.pValue).toBeLessThan(1e-9);
  });

  it('stays finite with empty bins, and has nothing to compare without rows', () => {
    expect(Number.isFinite(populationStability([10, 0, 5], [0, 10, 5])?.psi)).toBe(true);
    expect(populationStability([1, 2], [0, 0])).toBeNull();
    expect(populationStability([5], [5])).toBeNull();
    expect(() => populationStability([1, 2], [1])).toThrow('2 bins then, 1 now');
    expect(() => populationStability([1, -2], [1, 1])).toThrow('bin 1');
  });
});

describe('cutMassBins', () => {
  it('cuts bins of equal mass, with one of their own for what is missing', () => {
    const values = Array.from({ length: 100 }, (_, i) => i);
    const bins = cutMassBins(values, 4);
    expect(bins.edges).toEqual([24, 49, 74]);
    expect(countInBins(bins, [...values, Number.NaN, 1e9])).toEqual([25, 25, 25, 26, 1]);
  });

  it('has fewer bins where values repeat, and one where there is nothing', () => {
    expect(cutMassBins([1, 1, 1, 1, 1, 1, 2, 3], 4).edges).toEqual([1]);
    expect(cutMassBins([Number.NaN]).edges).toEqual([]);
    expect(countInBins({ edges: [] }, [1, Number.NaN])).toEqual([1, 1]);
  });
});

describe('createCalibrationAlarm', () => {
  /** Rows until the alarm, or null. */
  function rowsUntilAlarm(
    rows: number,
    seed: number,
    happens: (said: number) => number,
    rowsPerFalseAlarm?: number,
  ): number | null {
    const random = seededRandom(seed);
    const alarm = createCalibrationAlarm(rowsPerFalseAlarm === undefined ? {} : { rowsPerFalseAlarm });
    for (let row = 0; row < rows; row += 1) {
      const said = 0.02 + 0.5 * random();
      if (alarm.observe(said, random() < happens(said) ? 1 : 0)) return row;
    }
    return null;
  }

  it('stays silent on right probabilities for as long as it promises, on average', () => {
    let total = 0;
    for (let seed = 0; seed < 60; seed += 1) total += rowsUntilAlarm(2000, seed, (said) => said, 300) ?? 2000;
    // The mean wait is 300 rows at least (cut at 2,000, which only shortens it); the error of 60 waits allows 200.
    expect(total / 60).toBeGreaterThan(200);
    expect(rowsUntilAlarm(10_000, 1, (said) => said)).toBeNull();
  });

  it('finds success that became frequent, or rare, and boldness, within a few hundred rows', () => {
    expect(rowsUntilAlarm(1000, 1, (said) => Math.min(1, 2.5 * said))).toBeLessThan(200);
    expect(rowsUntilAlarm(2000, 1, (said) => said / 3)).toBeLessThan(400);
    expect(rowsUntilAlarm(4000, 1, () => 0.27)).toBeLessThan(2000);
  });

  it('says in which direction, stays on, and starts anew when asked', () => {
    const alarm = createCalibrationAlarm({ rowsPerFalseAlarm: 1000 });
    for (let row = 0; row < 40; row += 1) alarm.observe(0.1, row % 2);
    expect(alarm.observe(0.1, 0)).toBe(true);
    expect(alarm.suspect().shift).toBeGreaterThan(1);
    for (let row = 0; row < 500; row += 1) expect(alarm.observe(0.1, row % 10 === 0 ? 1 : 0)).toBe(true);
    alarm.reset();
    expect(alarm.observe(0.1, 0)).toBe(false);
    expect(alarm.evidence()).toBeLessThan(3);
  });

  it('stays finite whatever the model said', () => {
    const alarm = createCalibrationAlarm();
    for (let row = 0; row < 1000; row += 1) alarm.observe(0, 1);
    expect(Number.isFinite(alarm.evidence())).toBe(true);
    expect(() => createCalibrationAlarm({ rowsPerFalseAlarm: 1 })).toThrow(RangeError);
  });
});
