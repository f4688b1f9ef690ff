/** An L2 pull of the weights towards a starting point: what holds where the rows say little. */
export interface Pull {
  /** Precision of the prior, 1 / variance of a weight; > 0. */
  readonly strength: number;
  /** Shape [columns + 1], the intercept first; zeros unless given. */
  readonly towards?: readonly number[];
}

const MAX_STEPS = 60;
const MAX_HALVINGS = 30;
const TOLERANCE = 1e-10;

/**
 * Logistic regression of few columns on targets anywhere in 0..1 (shares, smoothed labels), by Newton steps that are halved
 * where they overshoot. The loss is strictly convex because of the pull, so the answer exists and is the only one, also for one
 * outcome alone and for columns that repeat one another.
 *
 * @param columns - shape [columns][rows], finite.
 * @param targets - shape [rows], each in 0..1.
 * @returns shape [columns + 1], the intercept first.
 * @throws {RangeError} when the shapes differ, a value is not finite, or the pull is not above 0.
 * @see L. E. Papke, J. M. Wooldridge, J. Applied Econometrics 11 (1996) 619-632 (fractional response).
 */
export function fitSoftLogistic(
  columns: readonly ArrayLike<number>[],
  targets: ArrayLike<number>,
  pull: Pull,
): Float64Array {
  checkColumns(columns, targets, pull);
  const towards = pull.towards ?? new Array<number>(columns.length + 1).fill(0);
  let weights = Float64Array.from(towards);
  let { loss, gradient, hessian } = lossAt(columns, targets, weights, towards, pull.strength);
  for (let step = 0; step < MAX_STEPS; step += 1) {
    const move = solve(hessian, gradient);
    let next = weights;
    let there = { loss: Number.POSITIVE_INFINITY, gradient, hessian };
    for (let halving = 0; halving <= MAX_HALVINGS && !(there.loss <= loss); halving += 1) {
      next = weights.map((weight, i) => weight - (move[i] as number) / 2 ** halving); // one for each weight
      there = lossAt(columns, targets, next, towards, pull.strength);
    }
    if (!(there.loss <= loss)) break;
    const gained = loss - there.loss;
    weights = next;
    ({ loss, gradient, hessian } = there);
    if (gained <= TOLERANCE * Math.max(1, loss)) break;
  }
  return weights;
}

/** Intercept plus weighted values. */
export function linearPredictor(weights: ArrayLike<number>, values: ArrayLike<number>): number {
  let sum = Number(weights[0]);
  for (let column = 0; column < values.length; column += 1) sum += Number(weights[column + 1]) * Number(values[column]);
  return sum;
}

function checkColumns(columns: readonly ArrayLike<number>[], targets: ArrayLike<number>, pull: Pull): void {
  if (!(pull.strength > 0)) throw new RangeError(`the pull must be above 0, got ${pull.strength}`);
  if (pull.towards && pull.towards.length !== columns.length + 1) throw new RangeError('a pull names each weight once');
  for (const [at, column] of columns.entries()) {
    if (column.length !== targets.length)
      throw new RangeError(`column ${at} has ${column.length} of ${targets.length} rows`);
    for (let row = 0; row < column.length; row += 1) {
      if (!Number.isFinite(column[row])) throw new RangeError(`row ${row} of column ${at} is ${column[row]}`);
    }
  }
  for (let row = 0; row < targets.length; row += 1) {
    if (!(Number(targets[row]) >= 0 && Number(targets[row]) <= 1)) {
      throw new RangeError(`the target of row ${row} is ${targets[row]}: it must lie in 0..1`);
    }
  }
}

interface LossAt {
  readonly loss: number;
  readonly gradient: Float64Array;
  /** Shape [weights][weights]. */
  readonly hessian: readonly Float64Array[];
}

function lossAt(
  columns: readonly ArrayLike<number>[],
  targets: ArrayLike<number>,
  weights: Float64Array,
  towards: readonly number[],
  strength: number,
): LossAt {
  const width = weights.length;
  const gradient = weights.map((weight, i) => strength * (weight - (towards[i] as number))); // one for each weight
  const hessian = Array.from({ length: width }, (_, i) => {
    const line = new Float64Array(width);
    line[i] = strength;
    return line;
  });
  let loss = 0;
  for (const [i, weight] of weights.entries()) loss += (strength / 2) * (weight - (towards[i] as number)) ** 2;
  const values = new Float64Array(width).fill(1, 0, 1);
  for (let row = 0; row < targets.length; row += 1) {
    let odds = weights[0] as number;
    for (let i = 1; i < width; i += 1) {
      values[i] = columns[i - 1]?.[row] as number; // shapes were checked
      odds += (weights[i] as number) * (values[i] as number);
    }
    const target = targets[row] as number;
    const probability = 1 / (1 + Math.exp(-odds));
    loss += Math.max(odds, 0) + Math.log1p(Math.exp(-Math.abs(odds))) - target * odds;
    for (let i = 0; i < width; i += 1) {
      const value = values[i] as number;
      gradient[i] = (gradient[i] as number) + (probability - target) * value;
      const line = hessian[i] as Float64Array;
      const curved = probability * (1 - probability) * value;
      for (let j = 0; j <= i; j += 1) line[j] = (line[j] as number) + curved * (values[j] as number);
    }
  }
  return { loss, gradient, hessian };
}

/** Lower triangle of a positive definite matrix: Cholesky, then both triangles. */
function solve(lower: readonly Float64Array[], right: Float64Array): Float64Array {
  const factor = lower.map((line) => Float64Array.from(line));
  const at = (i: number, j: number): number => factor[i]?.[j] as number; // in range
  const answer = Float64Array.from(right);
  for (const [i, line] of factor.entries()) {
    for (let j = 0; j <= i; j += 1) {
      let sum = line[j] as number;
      for (let k = 0; k < j; k += 1) sum -= (line[k] as number) * at(j, k);
      line[j] = i === j ? Math.sqrt(Math.max(sum, Number.MIN_VALUE)) : sum / at(j, j);
    }
    let value = answer[i] as number;
    for (let k = 0; k < i; k += 1) value -= (line[k] as number) * (answer[k] as number);
    answer[i] = value / (line[i] as number);
  }
  for (let i = factor.length - 1; i >= 0; i -= 1) {
    let value = answer[i] as number;
    for (let k = i + 1; k < factor.length; k += 1) value -= at(k, i) * (answer[k] as number);
    answer[i] = value / at(i, i);
  }
  return answer;
}
