import { expect, it } from 'vitest';
import { pointsOfBad, scalingOf } from './points-scale.js';

it('gives the reference scale: 50 points double the odds, 600 points at 19 to 1', () => {
  // factor = 50 / ln 2, offset = 600 - factor ln 19 (Siddiqi 2006); reproduced by hand to six digits.
  const scaling = scalingOf({ pointsToDouble: 50, points: 600, odds: 19 });
  expect(scaling.factor).toBeCloseTo(72.134752, 6);
  expect(scaling.offset).toBeCloseTo(387.603624, 6);
  expect(pointsOfBad(0.05, scaling)).toBeCloseTo(600, 9);
  expect(pointsOfBad(0.2, scaling)).toBeCloseTo(487.6036, 4);
});

it('gives finite points to certainty, and refuses a scale that has none', () => {
  const scaling = scalingOf({ pointsToDouble: 20, points: 500, odds: 1 });
  expect(Number.isFinite(pointsOfBad(0, scaling) + pointsOfBad(1, scaling))).toBe(true);
  expect(() => scalingOf({ pointsToDouble: 0, points: 1, odds: 1 })).toThrow(RangeError);
});
