import { describe, expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { evaluateScores } from '../evaluation/evaluate-scores.js';
import type { FitRows } from './fit-rows.js';
import { rowNumbers } from './fit-rows.js';
import { outOfFold } from './out-of-fold.js';
import { withCalibration } from './with-calibration.js';

describe('outOfFold', () => {
  it('scores each row once, by a model that did not see it', () => {
    const rows = Int32Array.from([10, 11, 12, 13, 14, 15, 16]);
    const scores = outOfFold(rows, 3, (train) => (held) => {
      for (const row of held) expect(train).not.toContain(row);
      expect([...train, ...held].sort()).toEqual([...rows]);
      return Float64Array.from(held, (row) => row / 100);
    });
    expect([...scores]).toEqual([...rows].map((row) => row / 100));
  });

  it('refuses folds that leave nothing to learn or to score', () => {
    expect(() => outOfFold(rowNumbers(0, 5), 1, () => () => [])).toThrow('two folds or more');
    expect(() => outOfFold(rowNumbers(0, 2), 3, () => () => [])).toThrow('2 rows are too few for 3 folds');
  });
});

describe('withCalibration', () => {
  /** A model that learns its own rows by heart, and is too sure of all others by a factor of two in the log-odds. */
  const random = seededRandom(1);
  const truth = Array.from({ length: 3000 }, () => random());
  const labels = truth.map((probability) => (random() < probability ? 1 : 0));
  const byHeart: FitRows = (train) => {
    const seen = new Set(train);
    return (rows) =>
      Float64Array.from(rows, (row) => {
        const probability = Number(truth[row]);
        if (seen.has(row)) return Number(labels[row]);
        return probability ** 2 / (probability ** 2 + (1 - probability) ** 2);
      });
  };
  const [train, test] = [rowNumbers(0, 2000), rowNumbers(2000, 3000)];
  const outcomes = labels.slice(2000);

  it('is honest with a model that knows its own rows by heart: the calibration comes from rows it did not see', () => {
    const before = evaluateScores(byHeart(train)(test), outcomes);
    const after = evaluateScores(withCalibration(byHeart, { method: 'platt', labels })(train)(test), outcomes);
    expect(before.ece).toBeGreaterThan(0.07);
    expect(after.ece).toBeLessThan(0.04);
    expect(after.logLoss).toBeLessThan(before.logLoss);
  });

  it('tells the calibration, and never asks for rows beside the given ones', () => {
    const asked = new Set<number>();
    const spy: FitRows = (rows) => {
      for (const row of rows) asked.add(row);
      return byHeart(rows);
    };
    let slope = 0;
    withCalibration(spy, {
      method: 'platt',
      labels,
      folds: 4,
      onCalibration: (found) => {
        if (found.kind === 'platt') slope = found.slope;
      },
    })(train);
    expect(slope).toBeCloseTo(0.5, 1);
    expect(Math.max(...asked)).toBe(1999);
  });
});
