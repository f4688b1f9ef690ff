import { expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { openBoosting } from '../boosting/open-boosting.js';
import { logOdds } from '../calibration/log-odds.js';
import { openGlassbox } from '../glassbox/open-glassbox.js';
import { buildTable } from '../table/build-table.js';
import { openModel } from './open-model.js';
import { trainModel } from './train-model.js';

const random = seededRandom(3);
const table = buildTable({
  names: ['x', 'y'],
  rows: Array.from({ length: 600 }, () => {
    const x = random();
    return [x, random() < x ? 1 : 0];
  }),
});

/** Lies in the first bin of numbers, code 1. */
const FIRST = 0;

it.each(['boosting', 'glassbox'] as const)(
  'gives a %s of eight members an interval by the t of seven degrees of freedom: their spread is that of eight numbers',
  (kind) => {
    const { model } = trainModel(table, { kind, target: 'y', seed: 2 });
    const { body } = model;
    if (body.kind === 'scorecard') throw new Error('a scorecard has no members');
    const parts = body.kind === 'boosting' ? openBoosting(body) : openGlassbox(body);
    const error = parts.standardError(Uint8Array.of(1));
    const { low, high } = openModel(model).score([FIRST]);
    const reach = (logOdds(high) - logOdds(low)) / 2;
    expect(parts.degreesOfFreedom).toBe(7);
    expect(error).toBeGreaterThan(0);
    const { rowCount, positiveCount } = model.card;
    const ofShare = Math.sqrt(rowCount / (positiveCount * (rowCount - positiveCount)));
    expect(reach / Math.hypot(error, ofShare)).toBeCloseTo(2.364624, 5);
  },
);

it.each(['boosting', 'glassbox'] as const)(
  'gives a %s that learnt nothing the interval of a share of so few rows, not none',
  (kind) => {
    const noise = seededRandom(9);
    const rows = Array.from({ length: 93 }, (_, row) => [noise(), row < 69 ? 1 : 0]);
    const { model } = trainModel(buildTable({ names: ['x', 'y'], rows }), { kind, target: 'y', seed: 2 });
    const { low, high } = openModel(model).score([0.5]);
    // 69 of 93: Wilson's interval is .644 to .820.
    expect(high - low).toBeGreaterThan(0.82 - 0.644);
    expect(low).toBeLessThan(69 / 93);
    expect(high).toBeGreaterThan(69 / 93);
  },
);
