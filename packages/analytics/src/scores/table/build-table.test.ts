import { expect, it } from 'vitest';
import { buildTable } from './build-table.js';

it('makes numbers of what is all numbers and categories of the rest, the missing kept apart', () => {
  const table = buildTable({
    names: ['n', 'c'],
    rows: [
      ['1.5', 'x'],
      ['', 'NA'],
      ['-2e3', '7'],
      ['NaN', 'x'],
    ],
  });
  expect(table).toEqual({
    rowCount: 4,
    columns: [
      { kind: 'numeric', name: 'n', values: Float64Array.of(1.5, Number.NaN, -2000, Number.NaN) },
      { kind: 'category', name: 'c', codes: Int32Array.of(0, -1, 1, 0), categories: ['x', '7'] },
    ],
  });
});

it.each(['Infinity', '-inf', Number.POSITIVE_INFINITY, '1e999'])(
  'refuses the infinite number %s and says where it stands',
  (cell) => {
    expect(() => buildTable({ names: ['n'], rows: [['1'], [cell]] })).toThrow(
      /Row 2 of column "n" holds .* no finite number/,
    );
  },
);

it('refuses text where the model needs a number', () => {
  const kinds = new Map([['n', 'numeric' as const]]);
  expect(() => buildTable({ names: ['n'], rows: [['many']] }, kinds)).toThrow(
    /Row 1 of column "n" holds "many", where a number is needed/,
  );
});
