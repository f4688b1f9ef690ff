import { expect, it } from 'vitest';
import { formatRate } from './rate.js';

it('shows a trickle with a decimal and a flood without', () => {
  expect([0, 0.1, 9.94, 10, 1234.5].map(formatRate)).toEqual(['0', '0.1', '9.9', '10', '1235']);
});
