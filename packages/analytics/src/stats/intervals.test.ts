import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { hodgesLehmann } from './hodges-lehmann.js';
import { newcombeDifference } from './newcombe-difference.js';
import { wilsonInterval } from './wilson-interval.js';

const proportion = fc
  .tuple(fc.nat({ max: 500 }), fc.integer({ min: 1, max: 500 }))
  .map(([a, b]) => ({ successes: Math.min(a, b), trials: b }));

describe('wilsonInterval', () => {
  // Newcombe 1998, "Two-sided confidence intervals for the single proportion", Table I, method 3.
  it.each([
    [81, 263, 0.2553, 0.3662],
    [15, 148, 0.0624, 0.1605],
    [0, 20, 0, 0.1611],
    [1, 29, 0.0061, 0.1718],
  ])('is what Newcombe prints for %d of %d', (successes, trials, low, high) => {
    const interval = wilsonInterval(successes, trials);
    expect(interval?.low).toBeCloseTo(low, 4);
    expect(interval?.high).toBeCloseTo(high, 4);
  });

  it('holds the proportion, within 0..1, and is narrower with more trials', () => {
    fc.assert(
      fc.property(proportion, ({ successes, trials }) => {
        const { low, high } = wilsonInterval(successes, trials) ?? { low: 2, high: 2 };
        expect(low >= 0 && low <= successes / trials && high >= successes / trials && high <= 1).toBe(true);
        const more = wilsonInterval(successes * 10, trials * 10) ?? { low: 0, high: 1 };
        expect(more.high - more.low).toBeLessThan(high - low);
      }),
    );
  });

  it('knows nothing of no trials, and refuses what cannot be', () => {
    expect(wilsonInterval(0, 0)).toBeUndefined();
    for (const [successes, trials] of [
      [2, 1],
      [-1, 1],
      [Number.NaN, 1],
    ] as const) {
      expect(() => wilsonInterval(successes, trials)).toThrow(RangeError);
    }
  });
});

describe('newcombeDifference', () => {
  // Newcombe 1998, "Interval estimation for the difference between independent proportions", Table II, method 10.
  it.each([
    [56, 70, 48, 80, 0.0524, 0.3339],
    [9, 10, 3, 10, 0.1705, 0.809],
    [6, 7, 2, 7, 0.0582, 0.8062],
    [5, 56, 0, 29, -0.0381, 0.1926],
    [0, 10, 0, 20, -0.1611, 0.2775],
    [0, 10, 0, 10, -0.2775, 0.2775],
    [10, 10, 0, 20, 0.6791, 1],
    [10, 10, 0, 10, 0.6075, 1],
  ])('is what Newcombe prints for %d of %d less %d of %d', (a, m, b, n, low, high) => {
    const found = newcombeDifference({ successes: a, trials: m }, { successes: b, trials: n });
    expect(found?.difference).toBeCloseTo(a / m - b / n, 12);
    expect(found?.low).toBeCloseTo(low, 4);
    expect(found?.high).toBeCloseTo(high, 4);
  });

  it('turns round with its arguments', () => {
    fc.assert(
      fc.property(proportion, proportion, (a, b) => {
        const there = newcombeDifference(a, b);
        const back = newcombeDifference(b, a);
        expect(there?.low).toBeCloseTo(-(back?.high ?? Number.NaN), 12);
        expect(there?.high).toBeCloseTo(-(back?.low ?? Number.NaN), 12);
      }),
    );
  });

  it('knows nothing when one of the two had no trials', () => {
    expect(newcombeDifference({ successes: 0, trials: 0 }, { successes: 1, trials: 2 })).toBeUndefined();
  });
});

describe('hodgesLehmann', () => {
  // Hollander & Wolfe 1973, example 4.1: permeability constants of the human chorioamnion at term and at 12 to 26 weeks.
  const term = [0.8, 0.83, 1.89, 1.04, 1.45, 1.38, 1.91, 1.64, 0.73, 1.46];
  const early = [1.15, 0.88, 0.9, 0.74, 1.21];

  it('is what Hollander and Wolfe print: 0.305, from -0.15 to 0.76', () => {
    const found = hodgesLehmann({ values: term }, { values: early });
    expect(found?.difference).toBeCloseTo(0.305, 10);
    expect(found?.low).toBeCloseTo(-0.15, 10);
    expect(found?.high).toBeCloseTo(0.76, 10);
  });

  it('moves with a shift by just so much, and turns round with its arguments', () => {
    const values = fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 30 });
    fc.assert(
      fc.property(values, values, fc.integer({ min: -500, max: 500 }), (a, b, shift) => {
        const found = hodgesLehmann({ values: a }, { values: b });
        const moved = hodgesLehmann({ values: a.map((value) => value + shift) }, { values: b });
        const back = hodgesLehmann({ values: b }, { values: a });
        for (const end of ['difference', 'low', 'high'] as const) {
          expect(moved?.[end]).toBeCloseTo((found?.[end] ?? Number.NaN) + shift, 9);
        }
        expect(back?.difference).toBeCloseTo(-(found?.difference ?? Number.NaN), 9);
        expect(back?.low).toBeCloseTo(-(found?.high ?? Number.NaN), 9);
        expect(Number(found?.low) <= Number(found?.difference)).toBe(true);
        expect(Number(found?.difference) <= Number(found?.high)).toBe(true);
      }),
    );
  });

  it('takes quantiles for the values that they stand for', () => {
    // 2,000 values each, evenly spread over 0..1000 and 100..1100, and a hundred quantiles of each.
    const spread = (count: number, low: number) =>
      Array.from({ length: count }, (_, i) => low + ((i + 0.5) / count) * 1_000);
    const whole = hodgesLehmann({ values: spread(2_000, 100) }, { values: spread(2_000, 0) });
    const quantiles = { values: spread(100, 100), count: 2_000 };
    const short = hodgesLehmann(quantiles, { values: spread(100, 0), count: 2_000 });
    expect(whole?.difference).toBeCloseTo(100, 6);
    for (const end of ['difference', 'low', 'high'] as const) {
      expect(Math.abs(Number(short?.[end]) - Number(whole?.[end]))).toBeLessThan(6);
    }
    const fewer = hodgesLehmann({ ...quantiles, count: 50 }, { values: spread(100, 0), count: 50 });
    expect(Number(fewer?.high) - Number(fewer?.low)).toBeGreaterThan(3 * (Number(short?.high) - Number(short?.low)));
  });

  it('has no ends where so few values cannot be sure of any, however far apart they lie', () => {
    // Of 2 and 2 values one order in three puts both of one group first: no 95 % interval leaves anything out.
    const few = hodgesLehmann({ values: [1_000, 1_001] }, { values: [1, 2] });
    expect(few).toEqual({ difference: 999, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY });
    const sure = hodgesLehmann({ values: [1_000, 1_001] }, { values: [1, 2] }, 0.5);
    expect(sure?.low).toBeGreaterThan(900);
    const standing = hodgesLehmann({ values: term, count: 2 }, { values: early, count: 2 });
    expect([standing?.low, standing?.high]).toEqual([Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY]);
  });

  it('knows nothing of an empty group, and refuses what is no number', () => {
    expect(hodgesLehmann({ values: [] }, { values: [1] })).toBeUndefined();
    expect(() => hodgesLehmann({ values: [Number.NaN] }, { values: [1] })).toThrow(RangeError);
    expect(() => hodgesLehmann({ values: [1], count: 0 }, { values: [1] })).toThrow(RangeError);
  });
});
