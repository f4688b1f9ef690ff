import { describe, expect, it } from 'vitest';
import { exponentialTail, surpriseBeyond } from './index.js';
import { seededRandom } from './seeded-random.js';

const exponentials = (n: number, seed: number) => {
  const random = seededRandom(seed);
  return Array.from({ length: n }, () => -3 * Math.log(1 - random()));
};
const tailOf = (values: readonly number[]) => {
  const outcome = exponentialTail(values);
  if (outcome.kind === 'absent') throw new Error(outcome.reason);
  return outcome.value;
};

describe('an exponential tail by its median', () => {
  it('is right of exponential values: their threshold is scale times ln 20', () => {
    const { threshold, scale } = tailOf(exponentials(50_000, 3));
    expect(threshold / (3 * Math.log(20))).toBeCloseTo(1, 1);
    expect(scale / 3).toBeCloseTo(1, 1);
    expect(surpriseBeyond({ threshold, scale }, 3 * Math.log(1e5)) / Math.log(1e5)).toBeCloseTo(1, 1);
  });

  it('is one in twenty at the threshold, rises by 1 a scale, and is nothing below', () => {
    const tail = { threshold: 10, scale: 2 };
    expect(surpriseBeyond(tail, 10)).toBe(0);
    expect(surpriseBeyond(tail, 10 + 1e-9)).toBeCloseTo(Math.log(20), 6);
    expect(surpriseBeyond(tail, 14)).toBeCloseTo(Math.log(20) + 2, 12);
  });

  it('hardly moves though one value in two hundred is as large as can be', () => {
    const clean = exponentials(4_000, 4);
    const [before, after] = [tailOf(clean), tailOf([...clean, ...new Array<number>(20).fill(1e9)])];
    expect(after.threshold / before.threshold).toBeCloseTo(1, 1);
    expect(after.scale / before.scale).toBeLessThan(1.35);
  });

  it('goes with the unit of the values', () => {
    const values = exponentials(1_000, 5);
    const [one, other] = [tailOf(values), tailOf(values.map((value) => 60 * value))];
    expect(other.threshold).toBeCloseTo(60 * one.threshold, 6);
    expect(other.scale).toBeCloseTo(60 * one.scale, 6);
  });

  it('has a reason where there is none', () => {
    expect(exponentialTail(exponentials(199, 1))).toEqual({ kind: 'absent', reason: 'too_few_events' });
    expect(exponentialTail(new Array<number>(300).fill(1))).toEqual({ kind: 'absent', reason: 'constant' });
    expect(exponentialTail([...exponentials(300, 1), Number.NaN])).toEqual({ kind: 'absent', reason: 'not_finite' });
  });
});
