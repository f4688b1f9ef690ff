import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../benchmarks/src/load/random.js';
import { QUANTILES } from '../store/reports/quantile-levels.js';
import { compareRatios, compareTimes, compareTogether } from './compare-surfaces.js';

describe('figures of two surfaces', () => {
  it('stand beside an interval of their own, and a wider one for all of them at once', () => {
    const one = compareRatios('a', { count: 30, of: 100 }, { count: 20, of: 100 });
    const [alone] = compareTogether([one]);
    expect(alone?.difference).toBeCloseTo(0.1, 12);
    expect(alone?.lowTogether).toBeCloseTo(alone?.low ?? Number.NaN, 12);
    expect(alone?.highTogether).toBeCloseTo(alone?.high ?? Number.NaN, 12);
    const [first, second] = compareTogether([
      one,
      compareTimes('bMs', { quantiles: [], count: 0 }, { quantiles: [], count: 0 }),
    ]);
    expect([first?.low, first?.high]).toEqual([alone?.low, alone?.high]);
    expect(first?.lowTogether).toBeCloseTo(alone?.low ?? Number.NaN, 12); // nothing else is compared
    const [beside] = compareTogether([one, one]);
    expect(beside?.lowTogether).toBeLessThan(beside?.low ?? 0);
    expect(beside?.highTogether).toBeGreaterThan(beside?.high ?? 0);
    expect(second).toMatchObject({ difference: null, low: null, lowTogether: null, highTogether: null });
    expect(compareTogether([])).toEqual([]);
  });

  it('have a difference without ends where they are of too few to be sure of any', () => {
    const few = (value: number) => ({ quantiles: Array.from({ length: QUANTILES }, () => value), count: 2 });
    expect(compareTogether([compareTimes('aMs', few(900), few(100))])).toMatchObject([
      { difference: 800, low: null, high: null, lowTogether: null, highTogether: null },
    ]);
  });

  it('of eight that are equal, one seems to differ far more often alone than together', () => {
    const random = createRandom(11);
    const draw = () => ({ count: Array.from({ length: 200 }, () => random() < 0.3).filter(Boolean).length, of: 200 });
    let [alone, together] = [0, 0];
    for (let report = 0; report < 300; report++) {
      const found = compareTogether(Array.from({ length: 8 }, (_, i) => compareRatios(`f${i}`, draw(), draw())));
      if (found.some(({ low, high }) => (low ?? 0) > 0 || (high ?? 0) < 0)) alone += 1;
      if (found.some(({ lowTogether, highTogether }) => (lowTogether ?? 0) > 0 || (highTogether ?? 0) < 0))
        together += 1;
    }
    expect(alone / 300).toBeGreaterThan(0.2);
    expect(together / 300).toBeLessThan(0.1); // 5 % at most, and what 300 reports may be off by
  });
});
