import { expect, it } from 'vitest';
import { splitKeyFragment } from './key-fragment.js';

it.each([
  ['', undefined, ''],
  ['#', undefined, ''],
  ['#key=tm_rk_1', 'tm_rk_1', ''],
  ['#key=tm%5Frk%5F1', 'tm_rk_1', ''],
  ['#section&key=tm_rk_1&x=2', 'tm_rk_1', '#section&x=2'],
  ['#monkey=1', undefined, '#monkey=1'],
  ['#key=100%', '100%', ''],
])('finds the key in %j and leaves the rest', (hash, key, rest) => {
  expect(splitKeyFragment(hash)).toEqual({ key, rest });
});
