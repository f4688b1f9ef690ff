import { orderOf, type Pairs } from './pairs.js';

export interface DistanceCorrelation {
  /** 0..1; in the limit 0 for independent columns only. Few independent rows give more than 0. */
  readonly value: number;
  /** Its square without that bias: near 0 for independent columns, may be below. null for fewer than four rows. */
  readonly unbiasedSquare: number | null;
}

/**
 * From all pairs of distances, in O(n log n): a tree over the ranks of y holds the sums that the pairs need.
 *
 * @returns null when a column is constant or there are fewer than two rows.
 * @see G. Szekely, M. Rizzo, N. Bakirov, Annals of Statistics 35 (2007) 2769-2794; X. Huo, G. Szekely, Technometrics 58 (2016)
 * 435-447 (fast); G. Szekely, M. Rizzo, J. Multivariate Analysis 117 (2013) 193-213 (unbiased).
 */
export function distanceCorrelation({ x, y }: Pairs): DistanceCorrelation | null {
  const [a, b] = [distanceSums(x), distanceSums(y)];
  const n = x.length;
  const covariance = covariances(n, productSum(a.centred, b.centred), a, b);
  const varianceX = covariances(n, squareSum(a.centred), a, a);
  const varianceY = covariances(n, squareSum(b.centred), b, b);
  const scale = Math.sqrt(varianceX.plain) * Math.sqrt(varianceY.plain);
  if (!(scale > 0)) return null;
  const unbiasedScale = Math.sqrt(varianceX.unbiased) * Math.sqrt(varianceY.unbiased);
  return {
    value: Math.sqrt(Math.max(0, Math.min(1, covariance.plain / scale))),
    unbiasedSquare: n > 3 && unbiasedScale > 0 ? covariance.unbiased / unbiasedScale : null,
  };
}

interface DistanceSums {
  /** Less the mean: large values would eat up the digits of the sums. */
  readonly centred: Float64Array;
  /** Of the distances of each row to all others. */
  readonly rows: Float64Array;
  readonly total: number;
}

function distanceSums(values: Float64Array): DistanceSums {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const centred = values.map((value) => value - mean);
  const all = centred.reduce((sum, value) => sum + value, 0);
  const rows = new Float64Array(values.length);
  let below = 0;
  for (const [place, row] of orderOf(centred).entries()) {
    const value = centred[row] as number; // rows are in range
    rows[row] = (2 * place - values.length) * value + all - 2 * below;
    below += value;
  }
  return { centred, rows, total: rows.reduce((sum, value) => sum + value, 0) };
}

/** Plain: all n^2 pairs; unbiased: without the diagonal (U-centred). */
function covariances(
  n: number,
  products: number,
  a: DistanceSums,
  b: DistanceSums,
): { plain: number; unbiased: number } {
  let rows = 0;
  for (let row = 0; row < n; row += 1) rows += (a.rows[row] as number) * (b.rows[row] as number); // shape [n]
  return {
    plain: products / n ** 2 - (2 * rows) / n ** 3 + (a.total * b.total) / n ** 4,
    unbiased: (products - (2 * rows) / (n - 2) + (a.total * b.total) / ((n - 1) * (n - 2))) / (n * (n - 3)),
  };
}

/** Sum over all pairs of the squared distance. */
function squareSum(values: Float64Array): number {
  let [sum, squares] = [0, 0];
  for (const value of values) {
    sum += value;
    squares += value * value;
  }
  return 2 * values.length * squares - 2 * sum * sum;
}

/**
 * Sum over all pairs of |x - x'| |y - y'|. With rows in order of x only the sign of y - y' is open: each row asks for the sums of
 * the rows before it that lie below it.
 */
function productSum(x: Float64Array, y: Float64Array): number {
  const places = new Int32Array(y.length);
  for (const [place, row] of orderOf(y).entries()) places[row] = place + 1;
  const tree = new Float64Array(4 * (y.length + 1)); // count, x, y, x y of a Fenwick node
  let [count, sumX, sumY, sumXY, total] = [0, 0, 0, 0, 0];
  for (const row of orderOf(x)) {
    const [vx, vy] = [x[row] as number, y[row] as number]; // rows are in range
    let [belowCount, belowX, belowY, belowXY] = [0, 0, 0, 0];
    for (let node = places[row] as number; node > 0; node -= node & -node) {
      belowCount += tree[4 * node] as number;
      belowX += tree[4 * node + 1] as number;
      belowY += tree[4 * node + 2] as number;
      belowXY += tree[4 * node + 3] as number;
    }
    const below = belowCount * vx * vy - vx * belowY - vy * belowX + belowXY;
    total += 2 * below - (count * vx * vy - vx * sumY - vy * sumX + sumXY);
    for (let node = places[row] as number; node <= y.length; node += node & -node) {
      tree[4 * node] = (tree[4 * node] as number) + 1;
      tree[4 * node + 1] = (tree[4 * node + 1] as number) + vx;
      tree[4 * node + 2] = (tree[4 * node + 2] as number) + vy;
      tree[4 * node + 3] = (tree[4 * node + 3] as number) + vx * vy;
    }
    count += 1;
    sumX += vx;
    sumY += vy;
    sumXY += vx * vy;
  }
  return 2 * total;
}
