import { describe, expect, it } from 'vitest';
import { fitLogistic, logOdds } from './logistic-regression.js';

describe('logistic regression', () => {
  it('gives the log-odds of the counts when its one feature splits the rows in two', () => {
    // 1 of 4 on one side, 3 of 4 on the other: log-odds -ln 3 and ln 3.
    const rows = [[0], [0], [0], [0], [1], [1], [1], [1]];
    const labels = [true, false, false, false, true, true, true, false];
    const model = fitLogistic(rows, labels, 1e-9);
    expect(logOdds(model, [0])).toBeCloseTo(-Math.log(3), 6);
    expect(logOdds(model, [1])).toBeCloseTo(Math.log(3), 6);
  });

  it('stays finite for rows that are told apart without fault, and for a feature that never varies', () => {
    const rows = Array.from({ length: 20 }, (_, i) => [i, 7]);
    const model = fitLogistic(
      rows,
      rows.map(([x = 0]) => x > 9),
    );
    expect(model.weights[1]).toBe(0);
    expect(logOdds(model, [19, 7])).toBeGreaterThan(1);
    expect(logOdds(model, [0, 7])).toBeLessThan(-1);
    expect(Number.isFinite(logOdds(model, [1e9, -1e9]))).toBe(true);
  });

  it('solves the equations of its optimum: the slope of the penalised likelihood is 0', () => {
    const rows = [
      [1, 5],
      [2, 3],
      [3, 9],
      [4, 1],
      [5, 6],
      [6, 2],
    ];
    const labels = [false, true, false, true, true, false];
    const model = fitLogistic(rows, labels, 1);
    for (const j of [0, 1]) {
      const slope = rows.reduce((sum, row, i) => {
        const z = ((row[j] ?? 0) - (model.centres[j] ?? 0)) / (model.spreads[j] ?? 1);
        return sum + z * ((labels[i] ? 1 : 0) - 1 / (1 + Math.exp(-logOdds(model, row))));
      }, 0);
      expect(slope).toBeCloseTo(model.weights[j] ?? Number.NaN, 6);
    }
  });

  it('refuses rows and labels that do not fit', () => {
    expect(() => fitLogistic([], [])).toThrow(RangeError);
    expect(() => fitLogistic([[1], [2]], [true])).toThrow(RangeError);
    expect(() => fitLogistic([[1], [2, 3]], [true, false])).toThrow(RangeError);
  });
});
