import { expect, it } from 'vitest';
import { weightOfEvidence } from './weight-of-evidence.js';

it('is the log of the shares, and the information value their weighted distance', () => {
  // By hand, counts so large that the half rows of smoothing do not show: ln(.5/.25), ln(.5/.75).
  const { woe, iv } = weightOfEvidence([5e7, 5e7], [2.5e7, 7.5e7]);
  expect(woe[0]).toBeCloseTo(Math.log(2), 6);
  expect(woe[1]).toBeCloseTo(Math.log(2 / 3), 6);
  expect(iv).toBeCloseTo(0.25 * Math.log(2) - 0.25 * Math.log(2 / 3), 6);
});

it('stays finite for a bin with one outcome only, and refuses no bins at all', () => {
  expect(weightOfEvidence([0, 10], [10, 0]).woe.every(Number.isFinite)).toBe(true);
  expect(() => weightOfEvidence([], [])).toThrow(RangeError);
});
