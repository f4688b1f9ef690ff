import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { viewDwells } from './view-dwell.js';

const viewTimes = fc
  .array(fc.integer({ min: 0, max: 10_000_000 }))
  .map((unordered) => unordered.toSorted((a, b) => a - b));

describe('viewDwells', () => {
  it('is the time to the next view, and nothing for the last', () => {
    expect(viewDwells([1_000, 4_000, 4_000, 9_500])).toEqual([3_000, 0, 5_500, undefined]);
    expect(viewDwells([1_000])).toEqual([undefined]);
    expect(viewDwells([])).toEqual([]);
  });

  it('refuses views out of order', () => {
    expect(() => viewDwells([2, 1])).toThrow(RangeError);
  });

  it('adds up to the time from the first view to the last', () => {
    fc.assert(
      fc.property(viewTimes, (times) => {
        const dwells = viewDwells(times);
        expect(dwells).toHaveLength(times.length);
        expect(dwells.filter((dwell) => dwell === undefined)).toHaveLength(times.length > 0 ? 1 : 0);
        const sum = dwells.reduce<number>((total, dwell) => total + (dwell ?? 0), 0);
        expect(sum).toBe((times.at(-1) ?? 0) - (times[0] ?? 0));
        for (const dwell of dwells) expect(dwell ?? 0).toBeGreaterThanOrEqual(0);
      }),
    );
  });
});
