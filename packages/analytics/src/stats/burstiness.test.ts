import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { burstiness, finiteBurstiness, memoryOfGaps, variationOfGaps } from './burstiness.js';
import { gapsOf } from './gaps.js';
import { absent, type Measure, measured } from './outcome.js';
import { seededRandom } from './seeded-random.js';

const numberOf = (one: Measure) => (one.kind === 'measured' ? one.value : Number.NaN);

describe('burstiness', () => {
  it('is -1 for a clock, plain and finite', () => {
    expect(burstiness([60, 60, 60])).toEqual(measured(-1));
    expect(numberOf(finiteBurstiness([60, 60, 60]))).toBeCloseTo(-1, 12);
  });

  it('follows its formulas on gaps reckoned by hand', () => {
    // Gaps 1, 2, 3, 10: mean 4, variance (9 + 4 + 1 + 36) / 4 = 12.5, r = sqrt(12.5) / 4.
    const r = Math.sqrt(12.5) / 4;
    expect(numberOf(variationOfGaps([1, 2, 3, 10]))).toBeCloseTo(0.8838834764831844, 12);
    expect(numberOf(burstiness([1, 2, 3, 10]))).toBeCloseTo((r - 1) / (r + 1), 12);
    // n = 5 events: (sqrt 6 r - 2) / ((sqrt 6 - 2) r + 2).
    expect(numberOf(finiteBurstiness([1, 2, 3, 10]))).toBeCloseTo(0.06885402184135637, 12);
  });

  it('reaches 1 for the most bursty ring of n events, which the plain one cannot (Kim & Jo 2016)', () => {
    for (const n of [3, 10, 100]) {
      const gaps = [1, ...new Array<number>(n - 1).fill(0)];
      expect(numberOf(finiteBurstiness(gaps, n))).toBeCloseTo(1, 9);
      expect(numberOf(burstiness(gaps))).toBeLessThan(1);
    }
  });

  it('is about 0 for a Poisson stream', () => {
    const random = seededRandom(7);
    const gaps = Array.from({ length: 20_000 }, () => -Math.log(1 - random()));
    expect(Math.abs(numberOf(burstiness(gaps)))).toBeLessThan(0.02);
    expect(Math.abs(numberOf(memoryOfGaps(gaps)))).toBeLessThan(0.03);
  });

  it('lies within -1..1 and does not depend on the unit, whatever the gaps', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 1e9 }), { minLength: 2 }), (gaps) => {
        const plain = burstiness(gaps);
        if (plain.kind === 'absent') return expect(gaps.every((gap) => gap === 0)).toBe(true);
        expect(Math.abs(plain.value)).toBeLessThanOrEqual(1);
        expect(numberOf(burstiness(gaps.map((gap) => gap * 1_000)))).toBeCloseTo(plain.value, 9);
      }),
    );
  });
});

describe('the memory of gaps', () => {
  it('is the correlation with the next gap: 1 for growing gaps, -1 for alternating ones', () => {
    expect(numberOf(memoryOfGaps([1, 2, 3, 4]))).toBeCloseTo(1, 12);
    expect(numberOf(memoryOfGaps([1, 5, 1, 5, 1]))).toBeCloseTo(-1, 12);
    // Pairs (2,4) (4,3) (3,9): covariance -1, variances 2 and 62/3, by hand.
    expect(numberOf(memoryOfGaps([2, 4, 3, 9]))).toBeCloseTo(-1 / Math.sqrt((2 * 62) / 3), 12);
  });

  it('has none for a clock, and says why', () => {
    expect(memoryOfGaps([5, 5, 5, 5])).toEqual(absent('constant'));
  });
});

describe('bad input', () => {
  it.each([
    ['nothing', [], 'no_events'],
    ['one gap', [1], 'too_few_events'],
    ['not a number', [1, Number.NaN], 'not_finite'],
    ['for ever', [1, Number.POSITIVE_INFINITY], 'not_finite'],
    ['a negative gap', [1, -1], 'negative'],
    ['all at once', [0, 0, 0], 'zero_total'],
  ] as const)('%s is told as it is', (_, gaps, reason) => {
    expect(burstiness(gaps)).toEqual(absent(reason));
    expect(finiteBurstiness(gaps)).toEqual(absent(reason));
  });

  it('times out of order have no gaps, equal ones have a gap of zero', () => {
    expect(gapsOf([2, 1])).toEqual(absent('out_of_order'));
    expect(gapsOf([1, 1, 4])).toEqual(measured([0, 3]));
    expect(gapsOf([1])).toEqual(absent('too_few_events'));
    expect(gapsOf([])).toEqual(absent('no_events'));
    expect(gapsOf([1, Number.NaN])).toEqual(absent('not_finite'));
  });
});
