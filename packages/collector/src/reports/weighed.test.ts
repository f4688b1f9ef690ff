import { expect, it } from 'vitest';
import { weighed } from './weighed.js';

it('leaves plain counts as they are, also none', () => {
  expect(weighed(3, 7, 7)).toEqual({ count: 3, of: 7 });
  expect(weighed(0, 0, 0)).toEqual({ count: 0, of: 0 });
});

it('takes rows of equal weights for as many as were kept', () => {
  expect(weighed(30, 70, 700)).toEqual({ count: 3, of: 7 });
});

it('takes rows of unequal weights for fewer, with the same ratio', () => {
  // Weights 1, 1, 1, 1 and 4, 4: 12 in all, squares 36, worth 4.
  expect(weighed(6, 12, 36)).toEqual({ count: 2, of: 4 });
});
