import { describe, expect, it } from 'vitest';
import { distanceShares, robustScatter, squaredDistance } from './index.js';
import { seededRandom } from './seeded-random.js';

/** Air flow, water temperature, acid concentration: K. A. Brownlee, Statistical Theory and Methodology (1965), p. 454. */
const STACKLOSS = [
  [80, 27, 89],
  [80, 27, 88],
  [75, 25, 90],
  [62, 24, 87],
  [62, 22, 87],
  [62, 23, 87],
  [62, 24, 93],
  [62, 24, 93],
  [58, 23, 87],
  [58, 18, 80],
  [58, 18, 89],
  [58, 17, 88],
  [58, 18, 82],
  [58, 19, 93],
  [50, 18, 89],
  [50, 18, 86],
  [50, 19, 72],
  [50, 19, 79],
  [50, 20, 80],
  [56, 20, 82],
  [70, 20, 91],
];
const NO_NOISE = [0, 0, 0];
/** Chi-square of three degrees, 97.5 %. */
const FAR = 9.348;

describe('the scatter of most rows', () => {
  const scatter = scatterOfMost(STACKLOSS, NO_NOISE);

  it('leaves out rows 1, 2, 3 and 21 of the stack loss data, as published', () => {
    // P. J. Rousseeuw, B. C. van Zomeren, "Unmasking multivariate outliers and leverage points", JASA 1990, table 2.
    const far = STACKLOSS.flatMap((row, i) => (squaredDistance(scatter, row) > FAR ? [i + 1] : []));
    expect(far).toEqual([1, 2, 3, 21]);
  });

  it('says how far a row is in plain numbers where the scatter is known', () => {
    // Covariance [[4, 2], [2, 5]]: its inverse is [[5, -2], [-2, 4]] / 16.
    const plain = { centre: [1, 1], factor: [2, 1, 2] };
    expect(squaredDistance(plain, [3, 2])).toBeCloseTo((5 * 4 - 4 * 2 + 4) / 16, 12);
    expect(distanceShares(plain, [3, 2])).toEqual([expect.closeTo(1, 12), expect.closeTo(0, 12)]);
  });

  it('divides a distance among the columns without rest', () => {
    for (const row of STACKLOSS) {
      const shares = distanceShares(scatter, row);
      expect(shares.reduce((sum, one) => sum + one, 0)).toBeCloseTo(squaredDistance(scatter, row), 9);
    }
  });

  it('does not care for units, zero points or the order of rows', () => {
    const moved = STACKLOSS.map(([a = 0, b = 0, c = 0]) => [1_000 * a - 7, b / 60, 3 - c]);
    const other = scatterOfMost(moved.toReversed(), NO_NOISE);
    STACKLOSS.forEach((row, i) => {
      expect(squaredDistance(other, moved[i] ?? [])).toBeCloseTo(squaredDistance(scatter, row), 6);
    });
  });

  it('is that of the clean rows though a fifth lies far away, in one place', () => {
    const random = seededRandom(11);
    const normal = () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const clean = Array.from({ length: 400 }, () => {
      const first = normal();
      return [first, 0.8 * first + 0.6 * normal()];
    });
    const bad = Array.from({ length: 100 }, () => [6 + 0.1 * normal(), -6 + 0.1 * normal()]);
    const found = scatterOfMost([...clean, ...bad], [0, 0]);
    expect(found.centre.every((one) => Math.abs(one) < 0.15)).toBe(true);
    expect(Math.min(...bad.map((row) => squaredDistance(found, row)))).toBeGreaterThan(100);
    const near = clean.filter((row) => squaredDistance(found, row) < 7.378).length; // 97.5 % of two degrees
    expect(near / clean.length).toBeGreaterThan(0.93);
  });

  it('has a reason where there is none', () => {
    const flat = STACKLOSS.map(([a = 0, b = 0]) => [a, b, 5]);
    expect(robustScatter(flat, NO_NOISE)).toEqual({ kind: 'absent', reason: 'constant' });
    expect(robustScatter(flat, [0, 0, 0.1]).kind).toBe('measured');
    expect(robustScatter(STACKLOSS.slice(0, 5), NO_NOISE)).toEqual({ kind: 'absent', reason: 'too_few_events' });
    expect(robustScatter(STACKLOSS, [0, 0])).toEqual({ kind: 'absent', reason: 'shape_mismatch' });
    expect(robustScatter([...STACKLOSS, [Number.NaN, 1, 1]], NO_NOISE)).toEqual({
      kind: 'absent',
      reason: 'not_finite',
    });
  });
});

function scatterOfMost(rows: readonly (readonly number[])[], noise: readonly number[]) {
  const outcome = robustScatter(rows, noise);
  if (outcome.kind === 'absent') throw new Error(outcome.reason);
  return outcome.value;
}
