import { inputError } from '../table/input-error.js';
import { solveCholesky } from './solve-cholesky.js';

export interface LogisticFit {
  readonly intercept: number;
  /** Shape [columns]. */
  readonly coefficients: Float64Array;
  readonly iterations: number;
}

const MAX_ITERATIONS = 50;
const TOLERANCE = 1e-9;
/** Halvings of a step that made the loss worse. */
const MAX_HALVINGS = 20;

/**
 * Logistic regression with an L2 penalty of l2/2 * sum(coefficients^2), the intercept free; Newton steps (iteratively
 * reweighted least squares), halved where they overshoot.
 *
 * @param columns - shape [columns][rows], finite.
 * @param labels - zeros and ones, shape [rows], both present.
 * @param l2 - > 0, so that outcomes that can be told apart for certain have finite coefficients.
 * @throws {InputError} when the penalty is too small for columns that repeat one another.
 * @see P. McCullagh, J. A. Nelder, Generalized Linear Models (1989), 4.4.
 */
export function fitLogistic(columns: readonly Float64Array[], labels: Uint8Array, l2: number): LogisticFit {
  const width = columns.length + 1;
  const ones = new Float64Array(labels.length).fill(1);
  const design = [ones, ...columns];
  let weights = new Float64Array(width);
  let loss = lossOf(design, labels, weights, l2);
  let iterations = 0;
  while (iterations < MAX_ITERATIONS) {
    iterations += 1;
    const { gradient, hessian } = derivatives(design, labels, weights, l2);
    const step = solveCholesky(hessian, gradient);
    if (!step) throw inputError('Columns of the regression repeat one another: leave one of them out.');
    let next = weights;
    let nextLoss = Number.POSITIVE_INFINITY;
    for (let halving = 0; halving <= MAX_HALVINGS && !(nextLoss <= loss); halving += 1) {
      next = weights.map((weight, at) => weight - (step[at] as number) / 2 ** halving); // one for each weight
      nextLoss = lossOf(design, labels, next, l2);
    }
    if (!(nextLoss <= loss)) break;
    const gained = loss - nextLoss;
    weights = next;
    loss = nextLoss;
    if (gained <= TOLERANCE * Math.max(1, loss)) break;
  }
  return { intercept: weights[0] as number, coefficients: weights.slice(1), iterations };
}

function logOddsOf(design: readonly Float64Array[], weights: Float64Array): Float64Array {
  const sum = new Float64Array(design[0]?.length ?? 0);
  for (const [at, column] of design.entries()) {
    const weight = weights[at] as number; // one for each column
    if (weight === 0) continue;
    for (let row = 0; row < sum.length; row += 1) sum[row] = (sum[row] as number) + weight * (column[row] as number);
  }
  return sum;
}

function lossOf(design: readonly Float64Array[], labels: Uint8Array, weights: Float64Array, l2: number): number {
  let loss = 0;
  for (const [row, logOdds] of logOddsOf(design, weights).entries()) {
    const signed = labels[row] ? -logOdds : logOdds;
    loss += Math.max(signed, 0) + Math.log1p(Math.exp(-Math.abs(signed)));
  }
  for (const weight of weights.subarray(1)) loss += (l2 / 2) * weight * weight;
  return loss;
}

function derivatives(
  design: readonly Float64Array[],
  labels: Uint8Array,
  weights: Float64Array,
  l2: number,
): { gradient: Float64Array; hessian: Float64Array } {
  const width = design.length;
  const probabilities = logOddsOf(design, weights).map((logOdds) => 1 / (1 + Math.exp(-logOdds)));
  const gradient = new Float64Array(width);
  const hessian = new Float64Array(width * width);
  const weighted = new Float64Array(labels.length);
  for (const [i, column] of design.entries()) {
    let sum = i === 0 ? 0 : l2 * (weights[i] as number);
    for (let row = 0; row < labels.length; row += 1) {
      const probability = probabilities[row] as number; // in range, as all indices here
      const value = column[row] as number;
      sum += (probability - (labels[row] as number)) * value;
      weighted[row] = probability * (1 - probability) * value;
    }
    gradient[i] = sum;
    for (let j = 0; j <= i; j += 1) {
      const entry = dot(weighted, design[j] as Float64Array) + (i === j && i > 0 ? l2 : 0);
      hessian[i * width + j] = entry;
      hessian[j * width + i] = entry;
    }
  }
  return { gradient, hessian };
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] as number) * (b[at] as number);
  return sum;
}
