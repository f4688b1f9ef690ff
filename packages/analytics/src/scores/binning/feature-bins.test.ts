import { expect, it } from 'vitest';
import { buildTable } from '../table/build-table.js';
import { binCount, codeColumn, createCoder, describeBin, fitFeatureBins } from './feature-bins.js';

const table = buildTable({
  names: ['n', 'c'],
  rows: [
    [-7, 'a'],
    [1, 'a'],
    [2, 'b'],
    [null, 'b'],
    [3, 'z'],
    [-8, null],
  ],
});
const options = { maxBins: 10, leastCategoryRows: 2, specials: [-7, -8, -9] };
const [numbers, texts] = table.columns.map((column) => ({ column, bins: fitFeatureBins(column, options) }));

it('keeps missing, special codes and amounts in bins of their own', () => {
  if (!numbers) throw new Error('there are two columns');
  expect([...codeColumn(numbers.bins, numbers.column)]).toEqual([1, 3, 4, 0, 5, 2]);
  expect(Array.from({ length: binCount(numbers.bins) }, (_, code) => describeBin(numbers.bins, code))).toEqual([
    'missing',
    'code -7',
    'code -8',
    'below 1.5',
    '1.5 to 2.5',
    '2.5 or more',
  ]);
});

it('puts rare categories together, and with them those it never saw', () => {
  if (!texts) throw new Error('there are two columns');
  expect([...codeColumn(texts.bins, texts.column)]).toEqual([1, 1, 2, 2, 3, 0]);
  const code = createCoder(texts.bins);
  expect(['a', 'z', 'never seen', ''].map(code)).toEqual([1, 3, 3, 0]);
});

it('takes 1,000 categories, the rarest of them in one bin, and codes fit a byte', () => {
  const rows = Array.from({ length: 40_000 }, (_, at) => [`c${Math.floor(1000 * (at / 40_000) ** 2)}`]);
  const [column] = buildTable({ names: ['c'], rows }).columns;
  if (!column) throw new Error('there is one column');
  const bins = fitFeatureBins(column, options);
  expect(binCount(bins)).toBeLessThanOrEqual(256);
  expect(new Set(codeColumn(bins, column)).size).toBe(255);
});
