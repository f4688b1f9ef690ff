import { quantileOfSorted } from './moments.js';
import { absent, measured, type Outcome } from './outcome.js';
import { Z_95 } from './wilson-interval.js';

/** Where most rows lie and how they scatter. Plain data. */
export interface RobustScatter {
  /** Shape [k]. */
  readonly centre: readonly number[];
  /** Cholesky factor of the covariance: its lower triangle, row by row, shape [k (k + 1) / 2]. */
  readonly factor: readonly number[];
}

/** Share of the rows that the scatter is made of: a quarter may lie anywhere. */
const SHARE = 0.75;
/** A determinant only falls from step to step, and there are finitely many halves: a few steps are enough. */
const STEPS_MAX = 30;
/** A pivot this small beside its variance means that the columns depend on one another. */
const SINGULAR = 1e-10;
/** Makes a median of distances from the median a standard deviation. */
const MAD_TO_SD = 1.4826;

/**
 * Minimum covariance determinant, reweighted: centre and covariance of the three quarters of the rows that scatter least, then of
 * all rows that are not far from these. The first three quarters are those nearest the medians, so that nothing is drawn by lot.
 *
 * @param rows - shape [n][k], n >= 2 k.
 * @param noise - variance granted to each column whatever the rows say, shape [k]; a column that never varies is then no fault.
 * @returns `too_few_events`, `shape_mismatch`, `not_finite`; `constant` when columns depend on one another and no noise is granted.
 * @see P. J. Rousseeuw, K. Van Driessen, "A fast algorithm for the minimum covariance determinant estimator", Technometrics 1999;
 *   K. Boudt et al., "The minimum regularized covariance determinant estimator", 2020, for the noise.
 */
export function robustScatter(rows: readonly (readonly number[])[], noise: readonly number[]): Outcome<RobustScatter> {
  const width = noise.length;
  if (rows.some((row) => row.length !== width)) return absent('shape_mismatch');
  if (rows.length < 2 * width || width === 0) return absent('too_few_events');
  if (!rows.every((row) => row.every(Number.isFinite))) return absent('not_finite');
  const most = Math.ceil(SHARE * rows.length);
  let best = scatterOf(nearest(rows, spreadsFromMedians(rows, noise), most), noise);
  if (!best) return absent('constant');
  for (let step = 0; step < STEPS_MAX; step++) {
    const next = scatterOf(nearest(rows, distancesOf(rows, best), most), noise);
    if (!next || logDeterminant(next) >= logDeterminant(best) - SINGULAR) break;
    best = next;
  }
  const distances = distancesOf(rows, best);
  const far = scaleOf(distances, width) * chiSquareNear(width, Z_95);
  const near = rows.filter((_, i) => (distances[i] ?? 0) <= far);
  best = scatterOf(near, noise) ?? best;
  const unit = Math.sqrt(scaleOf(distancesOf(rows, best), width));
  return measured({ centre: best.centre, factor: best.factor.map((one) => one * unit) });
}

/**
 * Squared Mahalanobis distance of a row.
 *
 * @param row - shape [k].
 * @see P. C. Mahalanobis, "On the generalised distance in statistics", 1936.
 */
export function squaredDistance({ centre, factor }: RobustScatter, row: readonly number[]): number {
  const solved: number[] = [];
  let total = 0;
  for (let i = 0, at = 0; i < centre.length; i++) {
    let value = (row[i] ?? 0) - (centre[i] ?? 0);
    for (let j = 0; j < i; j++) value -= (factor[at + j] ?? 0) * (solved[j] ?? 0);
    value /= factor[at + i] ?? 1;
    solved.push(value);
    total += value * value;
    at += i + 1;
  }
  return total;
}

/** What each column adds to the squared distance of a row: they sum up to it, and one that lies where others would have it is below 0. */
export function distanceShares(scatter: RobustScatter, row: readonly number[]): number[] {
  const { centre, factor } = scatter;
  const width = centre.length;
  const from = row.map((value, i) => value - (centre[i] ?? 0));
  const half: number[] = [];
  for (let i = 0; i < width; i++) {
    let value = from[i] ?? 0;
    for (let j = 0; j < i; j++) value -= (factor[cell(i, j)] ?? 0) * (half[j] ?? 0);
    half.push(value / (factor[cell(i, i)] ?? 1));
  }
  const solved = new Array<number>(width).fill(0);
  for (let i = width - 1; i >= 0; i--) {
    let value = half[i] ?? 0;
    for (let j = i + 1; j < width; j++) value -= (factor[cell(j, i)] ?? 0) * (solved[j] ?? 0);
    solved[i] = value / (factor[cell(i, i)] ?? 1);
  }
  return from.map((value, i) => value * (solved[i] ?? 0));
}

function cell(row: number, column: number): number {
  return (row * (row + 1)) / 2 + column;
}

/** Undefined when the columns depend on one another. */
function scatterOf(rows: readonly (readonly number[])[], noise: readonly number[]): RobustScatter | undefined {
  const width = noise.length;
  const centre = noise.map((_, i) => rows.reduce((total, row) => total + (row[i] ?? 0), 0) / rows.length);
  const covariance = new Float64Array(cell(width, 0));
  const from = new Float64Array(width);
  for (const row of rows) {
    for (let i = 0, at = 0; i < width; i++) {
      const value = (row[i] ?? 0) - (centre[i] ?? 0);
      from[i] = value;
      for (let j = 0; j <= i; j++, at++) covariance[at] = (covariance[at] ?? 0) + value * (from[j] ?? 0);
    }
  }
  const factor = new Array<number>(covariance.length).fill(0);
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) {
      const granted = (covariance[cell(i, j)] ?? 0) / rows.length + (i === j ? (noise[i] ?? 0) : 0);
      let value = granted;
      for (let k = 0; k < j; k++) value -= (factor[cell(i, k)] ?? 0) * (factor[cell(j, k)] ?? 0);
      if (i !== j) factor[cell(i, j)] = value / (factor[cell(j, j)] ?? 1);
      else if (value <= SINGULAR * granted || !(value > 0)) return undefined;
      else factor[cell(i, i)] = Math.sqrt(value);
    }
  }
  return { centre, factor };
}

function logDeterminant({ centre, factor }: RobustScatter): number {
  return centre.reduce((total, _, i) => total + 2 * Math.log(factor[cell(i, i)] ?? 1), 0);
}

function distancesOf(rows: readonly (readonly number[])[], scatter: RobustScatter): Float64Array {
  return Float64Array.from(rows, (row) => squaredDistance(scatter, row));
}

/** Squares of how many spreads each row lies from the medians, column by column. */
function spreadsFromMedians(rows: readonly (readonly number[])[], noise: readonly number[]): Float64Array {
  const distances = new Float64Array(rows.length);
  noise.forEach((granted, i) => {
    const column = Float64Array.from(rows, (row) => row[i] ?? 0);
    const middle = medianOf(column);
    const spread = MAD_TO_SD * medianOf(column.map((value) => Math.abs(value - middle)));
    const variance = spread * spread + granted;
    if (variance === 0) return;
    column.forEach((value, at) => {
      distances[at] = (distances[at] ?? 0) + (value - middle) ** 2 / variance;
    });
  });
  return distances;
}

/** The rows of the least distances; of equals the first. */
function nearest<Row>(rows: readonly Row[], distances: Float64Array, count: number): readonly Row[] {
  const limit = distances.toSorted()[count - 1] ?? 0;
  const below = distances.reduce((total, one) => total + (one < limit ? 1 : 0), 0);
  let equals = count - below;
  return rows.filter((_, i) => {
    const distance = distances[i] ?? 0;
    return distance < limit || (distance === limit && equals-- > 0);
  });
}

/** By how much distances are too long to be those of a normal distribution: by their median, which few far rows cannot move. */
function scaleOf(distances: Float64Array, width: number): number {
  return medianOf(distances) / chiSquareNear(width, 0) || 1;
}

/** The value of a chi-square that a normal one of `z` becomes. @see E. B. Wilson, M. M. Hilferty, 1931. */
function chiSquareNear(degrees: number, z: number): number {
  const v = 2 / (9 * degrees);
  return degrees * (1 - v + z * Math.sqrt(v)) ** 3;
}

function medianOf(values: Float64Array): number {
  return quantileOfSorted(values.toSorted(), 0.5);
}
