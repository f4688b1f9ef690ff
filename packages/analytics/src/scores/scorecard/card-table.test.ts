import { expect, it, vi } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { openModel } from '../models/open-model.js';
import { trainModel } from '../models/train-model.js';
import { buildTable } from '../table/build-table.js';
import { cardTable } from './card-table.js';

// Models are trained here, which a busy machine does not do in the usual five seconds a test.
vi.setConfig({ testTimeout: 60_000 });

const random = seededRandom(5);
const rows = Array.from({ length: 1000 }, () => {
  const [x, z] = [Math.floor(random() * 40), random() < 0.5 ? 'a' : 'b'];
  return [x, z, random() < 1 / (1 + Math.exp(-(x / 10 - 2 + (z === 'a' ? 1 : 0)))) ? 1 : 0];
});
const table = buildTable({ names: ['x', 'z', 'y'], rows });

it.each(['scorecard', 'glassbox'] as const)(
  'a card from a %s adds up to the points of the model, but for rounding',
  (kind) => {
    for (const positiveIs of ['good', 'bad'] as const) {
      const { model } = trainModel(table, { target: 'y', kind, positiveIs });
      if (model.body.kind === 'boosting') throw new Error('it has no card');
      // What pairs say comes on top of a card of lines: it is left out here on both sides.
      const body = model.body.kind === 'glassbox' ? { ...model.body, pairs: [] } : model.body;
      const card = cardTable(body, model.scale, positiveIs === 'good' ? 1 : -1);
      const scorer = openModel({ ...model, body });
      const lineOf = (feature: string) => card.lines.find((line) => line.feature === feature)?.bins ?? [];
      for (const x of [0, 7, 20, 39]) {
        const ofX = lineOf('x').find(({ value }) => holds(value, x));
        const ofZ = lineOf('z').find(({ value }) => value === 'a');
        const sum = card.base + (ofX?.points ?? Number.NaN) + (ofZ?.points ?? Number.NaN);
        expect(Math.abs(sum - scorer.score([x, 'a']).points)).toBeLessThanOrEqual(1.5);
      }
      expect(lineOf('x').reduce((sum, bin) => sum + bin.rows, 0)).toBe(rows.length);
    }
  },
);

function holds(value: string, x: number): boolean {
  const [, low, high] = /^([\d.]+) to ([\d.]+)$/.exec(value) ?? [];
  if (low !== undefined) return x >= Number(low) && x < Number(high);
  return value.startsWith('below ')
    ? x < Number(value.slice(6))
    : x >= Number(/^([\d.]+) or more$/.exec(value)?.[1] ?? Infinity);
}
