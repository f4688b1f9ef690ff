/** A fitted model: log-odds = intercept + sum of weight * (x - centre) / spread. */
export interface LogisticModel {
  readonly intercept: number;
  /** Shape [features], per standard deviation of the feature. */
  readonly weights: readonly number[];
  readonly centres: readonly number[];
  readonly spreads: readonly number[];
}

const STEPS_MAX = 50;
/** The largest change of a weight at which it is at rest. */
const AT_REST = 1e-8;
/** Keeps the curvature of rows that are as good as certain above nothing. */
const CURVATURE_LEAST = 1e-9;

/**
 * Logistic regression with a ridge on the weights (the intercept is free), by Newton's method on standardised features.
 *
 * @param rows - shape [n][features], finite.
 * @param labels - shape [n].
 * @param ridge - > 0; 1 is the prior "each weight has variance 1".
 * @throws {RangeError} when the shapes differ or there are no rows.
 * @see T. Hastie, R. Tibshirani, J. Friedman, The Elements of Statistical Learning, 2nd ed., section 4.4.
 */
export function fitLogistic(
  rows: readonly (readonly number[])[],
  labels: readonly boolean[],
  ridge = 1,
): LogisticModel {
  const width = rows[0]?.length ?? 0;
  if (width === 0 || rows.length !== labels.length || rows.some((row) => row.length !== width)) {
    throw new RangeError(`${rows.length} rows of one width are needed, and as many labels; there are ${labels.length}`);
  }
  const { centres, spreads } = standards(rows, width);
  const inputs = rows.map((row) => [1, ...row.map((x, j) => (x - (centres[j] ?? 0)) / (spreads[j] ?? 1))]);
  let weights = new Array<number>(width + 1).fill(0);
  for (let step = 0; step < STEPS_MAX; step++) {
    const change = newtonStep(inputs, labels, weights, ridge);
    weights = weights.map((weight, j) => weight + (change[j] ?? 0));
    if (change.every((one) => Math.abs(one) < AT_REST)) break;
  }
  const [intercept = 0, ...rest] = weights;
  return { intercept, weights: rest, centres, spreads };
}

/** @returns log-odds of the label; there is no end to either side. */
export function logOdds(model: LogisticModel, row: readonly number[]): number {
  return row.reduce(
    (sum, x, j) => sum + ((model.weights[j] ?? 0) * (x - (model.centres[j] ?? 0))) / (model.spreads[j] ?? 1),
    model.intercept,
  );
}

/** A feature that never varies keeps a spread of 1, and so a weight of 0. */
function standards(rows: readonly (readonly number[])[], width: number): { centres: number[]; spreads: number[] } {
  const centres: number[] = [];
  const spreads: number[] = [];
  for (let j = 0; j < width; j++) {
    const centre = rows.reduce((sum, row) => sum + (row[j] ?? 0), 0) / rows.length;
    const square = rows.reduce((sum, row) => sum + ((row[j] ?? 0) - centre) ** 2, 0) / rows.length;
    centres.push(centre);
    spreads.push(Math.sqrt(square) || 1);
  }
  return { centres, spreads };
}

function newtonStep(
  inputs: readonly (readonly number[])[],
  labels: readonly boolean[],
  weights: readonly number[],
  ridge: number,
): number[] {
  const size = weights.length;
  const penalty = (j: number) => (j === 0 ? 0 : ridge);
  const slope = weights.map((weight, j) => -penalty(j) * weight);
  const curve = weights.map((_, j) => weights.map((__, k) => (j === k ? penalty(j) : 0)));
  for (const [i, input] of inputs.entries()) {
    const odds = input.reduce((sum, x, j) => sum + x * (weights[j] ?? 0), 0);
    const p = 1 / (1 + Math.exp(-odds));
    const miss = (labels[i] ? 1 : 0) - p;
    const bend = Math.max(CURVATURE_LEAST, p * (1 - p));
    for (let j = 0; j < size; j++) {
      slope[j] = (slope[j] ?? 0) + miss * (input[j] ?? 0);
      const line = curve[j] ?? [];
      for (let k = 0; k < size; k++) line[k] = (line[k] ?? 0) + bend * (input[j] ?? 0) * (input[k] ?? 0);
    }
  }
  return solve(curve, slope);
}

/** Gauss without exchange of rows: the matrix is positive definite. Both arguments are used up. */
function solve(matrix: number[][], right: number[]): number[] {
  const size = right.length;
  for (let j = 0; j < size; j++) {
    const pivotRow = matrix[j] ?? [];
    for (let i = j + 1; i < size; i++) {
      const row = matrix[i] ?? [];
      const factor = (row[j] ?? 0) / (pivotRow[j] ?? 1);
      for (let k = j; k < size; k++) row[k] = (row[k] ?? 0) - factor * (pivotRow[k] ?? 0);
      right[i] = (right[i] ?? 0) - factor * (right[j] ?? 0);
    }
  }
  for (let j = size - 1; j >= 0; j--) {
    const row = matrix[j] ?? [];
    for (let k = j + 1; k < size; k++) right[j] = (right[j] ?? 0) - (row[k] ?? 0) * (right[k] ?? 0);
    right[j] = (right[j] ?? 0) / (row[j] ?? 1);
  }
  return right;
}
