import { expect, it } from 'vitest';
import { studentQuantile } from './student-quantile.js';

/** scipy 1.10, `stats.t.ppf(1 - p / 2, degrees)`; the same three digits stand in Abramowitz & Stegun, table 26.10. */
it.each([
  [0.05, 1, 12.706204736],
  [0.05, 2, 4.30265273],
  [0.05, 3, 3.182446305],
  [0.05, 4, 2.776445105],
  [0.05, 7, 2.364624252],
  [0.05, 30, 2.042272456],
  [0.01, 7, 3.499483297],
  [0.001, 2, 31.599054577],
  [1, 5, 0],
])('is what tables say: both tails %f, %i degrees of freedom', (p, degrees, expected) => {
  expect(studentQuantile(p, degrees)).toBeCloseTo(expected, 6);
});

it('comes near the normal one with many degrees of freedom', () => {
  expect(studentQuantile(0.05, 100_000)).toBeCloseTo(1.959964, 3);
});

it('refuses what has no answer', () => {
  expect(() => studentQuantile(0, 3)).toThrow('tails');
  expect(() => studentQuantile(0.05, 2.5)).toThrow('whole number');
  expect(() => studentQuantile(Number.NaN, 3)).toThrow('tails');
});
