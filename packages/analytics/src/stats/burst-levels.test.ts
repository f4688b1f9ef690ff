import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { burstLevels } from './burst-levels.js';
import { absent, measured } from './outcome.js';

const gapsOfTimes = (times: readonly number[]) => times.slice(1).map((time, i) => time - (times[i] ?? 0));

/** Costs of a path by the definition alone. */
function costOf(levels: readonly number[], gaps: readonly number[], gamma: number): number {
  const average = gaps.reduce((a, b) => a + b) / gaps.length;
  let [cost, before] = [0, 0];
  for (const [i, level] of levels.entries()) {
    const rate = 2 ** level / average;
    cost += Math.max(0, level - before) * gamma * Math.log(gaps.length) - Math.log(rate) + rate * (gaps[i] ?? 0);
    before = level;
  }
  return cost;
}

/** The least cost of all paths there are. */
function leastByTrying(gaps: readonly number[], levels: number, gamma: number): number {
  let least = Number.POSITIVE_INFINITY;
  for (let code = 0; code < levels ** gaps.length; code++) {
    const path = gaps.map((_, i) => Math.floor(code / levels ** i) % levels);
    least = Math.min(least, costOf(path, gaps, gamma));
  }
  return least;
}

describe('burst levels', () => {
  it('finds no cheaper path by trying every one', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 2, maxLength: 6 }),
        fc.constantFrom(0.1, 0.5, 1),
        (gaps, gamma) => {
          const found = burstLevels(gaps, { gamma });
          if (found.kind === 'absent') throw new Error(found.reason);
          // Levels above 4 never help gaps of at least 1 with a mean of at most 60 / 2^4.
          expect(costOf(found.value, gaps, gamma)).toBeLessThanOrEqual(leastByTrying(gaps, 5, gamma) + 1e-9);
        },
      ),
      { numRuns: 60 },
    );
  });

  it('sees the two bursts in the example of the R package bursts and its Python port', () => {
    const times = [4, 17, 23, 27, 33, 35, 37, 76, 77, 82, 84, 88, 90, 92];
    const found = burstLevels(gapsOfTimes(times), { scale: 2, gamma: 0.1 });
    if (found.kind === 'absent') throw new Error(found.reason);
    const [quiet, , , , early, , pause] = found.value;
    expect([quiet, pause]).toEqual([0, 0]);
    expect(early).toBeGreaterThan(0);
    expect(Math.min(...found.value.slice(7))).toBeGreaterThan(0);
  });

  it('stays at level 0 for a clock', () => {
    expect(burstLevels([5, 5, 5, 5])).toEqual(measured([0, 0, 0, 0]));
  });

  it('refuses what an exponential law does not know', () => {
    expect(burstLevels([])).toEqual(absent('no_events'));
    expect(burstLevels([1, 0])).toEqual(absent('negative'));
    expect(burstLevels([1, Number.NaN])).toEqual(absent('not_finite'));
    expect(burstLevels(new Array(100_001).fill(1))).toEqual(absent('too_many_events'));
  });
});
