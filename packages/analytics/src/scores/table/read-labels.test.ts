import { expect, it } from 'vitest';
import { buildTable } from './build-table.js';
import { readLabels } from './read-labels.js';

const table = buildTable({
  names: ['y', 'n', 'late'],
  rows: [
    ['no', 0, 1],
    ['yes', 1, 2],
    ['no', 1, null],
  ],
});

it('knows which of yes and no, 1 and 0 counts', () => {
  expect(readLabels(table, 'y')).toEqual({ labels: Uint8Array.of(0, 1, 0), positive: 'yes' });
  expect(readLabels(table, 'n')).toEqual({ labels: Uint8Array.of(0, 1, 1), positive: '1' });
  expect(readLabels(table, 'y', 'no').labels).toEqual(Uint8Array.of(1, 0, 1));
});

it('says what is wrong with a target or a label, and what there is', () => {
  expect(() => readLabels(table, 'z')).toThrow('There is no column "z" to predict; there are: y, n, late.');
  expect(() => readLabels(table, 'y', 'maybe')).toThrow(
    'No row has the positive label "maybe": column "y" holds no, yes.',
  );
  expect(() => readLabels(table, 'late')).toThrow(/Row 3 has no value in the target "late"/);
  const three = buildTable({ names: ['y'], rows: [['a'], ['b'], ['c']] });
  expect(() => readLabels(three, 'y')).toThrow(
    'Say which label counts as success (--positive): column "y" holds a, b, c.',
  );
});
