import { expect, it } from 'vitest';
import { seededRandom } from '../../stats/seeded-random.js';
import { fitLogistic } from './fit-logistic.js';
import { informationInverse } from './information-inverse.js';

it('gives the log odds ratio of a two-by-two table, and its textbook variance', () => {
  // 30 of 100 against 60 of 100: ln((60/40)/(30/70)), variance 1/30 + 1/70 + 1/60 + 1/40 (Agresti, Categorical Data Analysis, 3.1).
  const column = Float64Array.from({ length: 200 }, (_, row) => (row < 100 ? 0 : 1));
  const labels = Uint8Array.from({ length: 200 }, (_, row) => (row < 30 || (row >= 100 && row < 160) ? 1 : 0));
  const { intercept, coefficients } = fitLogistic([column], labels, 1e-9);
  expect(intercept).toBeCloseTo(Math.log(30 / 70), 6);
  expect(coefficients[0]).toBeCloseTo(Math.log(60 / 40 / (30 / 70)), 6);
  const covariance = informationInverse([column], intercept, coefficients, 1e-9);
  expect(covariance[3]).toBeCloseTo(1 / 30 + 1 / 70 + 1 / 60 + 1 / 40, 6);
});

it('ends where the slope of the penalised loss is zero', () => {
  const random = seededRandom(3);
  const columns = Array.from({ length: 4 }, () => Float64Array.from({ length: 300 }, () => random() * 4 - 2));
  const labels = Uint8Array.from({ length: 300 }, (_, row) =>
    random() < 1 / (1 + Math.exp(-(columns[0]?.[row] ?? 0))) ? 1 : 0,
  );
  const { intercept, coefficients } = fitLogistic(columns, labels, 2);
  const residuals = Float64Array.from(labels, (label, row) => {
    const logOdds = columns.reduce((sum, column, at) => sum + (column[row] ?? 0) * (coefficients[at] ?? 0), intercept);
    return 1 / (1 + Math.exp(-logOdds)) - label;
  });
  expect(residuals.reduce((sum, one) => sum + one, 0)).toBeCloseTo(0, 4);
  for (const [at, column] of columns.entries()) {
    const slope = residuals.reduce((sum, one, row) => sum + one * (column[row] ?? 0), 2 * (coefficients[at] ?? 0));
    expect(slope).toBeCloseTo(0, 4);
  }
});

it('stays finite when the outcomes can be told apart for certain', () => {
  const column = Float64Array.from({ length: 20 }, (_, row) => row);
  const { coefficients } = fitLogistic(
    [column],
    Uint8Array.from({ length: 20 }, (_, row) => (row < 10 ? 0 : 1)),
    1,
  );
  expect(Number.isFinite(coefficients[0])).toBe(true);
});
