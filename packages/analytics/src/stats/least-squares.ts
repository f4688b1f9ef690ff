import { absent, measured, type Outcome } from './outcome.js';

export interface Regression {
  /** By column of the design. */
  readonly coefficients: readonly number[];
  /** Coefficient over its standard error; infinite for a perfect fit. */
  readonly tValues: readonly number[];
  /** Rows minus columns. */
  readonly degreesOfFreedom: number;
}

/** A pivot this small beside its column's length means that the columns depend on one another. */
const SINGULAR = 1e-10;

/**
 * Ordinary least squares, by Gram-Schmidt's method with the classical (homoscedastic) standard errors.
 *
 * @param rows - design, shape [n][k], n > k; a column of ones makes the intercept.
 * @param ys - shape [n].
 * @returns `too_few_events` for n <= k, `constant` when columns depend on one another.
 * @see G. Golub & C. Van Loan, Matrix Computations, 4th ed., 5.2.8 (modified Gram-Schmidt).
 */
export function leastSquares(rows: readonly (readonly number[])[], ys: readonly number[]): Outcome<Regression> {
  const columns = rows[0]?.length ?? 0;
  if (rows.length !== ys.length || rows.some((row) => row.length !== columns)) return absent('shape_mismatch');
  if (![...ys, ...rows.flat()].every(Number.isFinite)) return absent('not_finite');
  if (rows.length <= columns) return absent('too_few_events');
  const orthogonal = Array.from({ length: columns }, (_, k) => rows.map((row) => row[k] ?? 0));
  const triangle = orthogonal.map(() => new Array<number>(columns).fill(0));
  const projections: number[] = [];
  let rest = [...ys];
  for (const [k, column] of orthogonal.entries()) {
    const length = norm(column);
    const original = norm(rows.map((row) => row[k] ?? 0));
    if (length <= SINGULAR * original || length === 0) return absent('constant');
    const unit = column.map((x) => x / length);
    set(triangle, k, k, length);
    for (let j = k + 1; j < columns; j++) {
      const other = orthogonal[j] ?? [];
      const along = dot(unit, other);
      set(triangle, k, j, along);
      orthogonal[j] = other.map((x, i) => x - along * (unit[i] ?? 0));
    }
    const along = dot(unit, rest);
    projections.push(along);
    rest = rest.map((y, i) => y - along * (unit[i] ?? 0));
  }
  const degreesOfFreedom = rows.length - columns;
  const sigma = norm(rest) / Math.sqrt(degreesOfFreedom);
  const coefficients = solveUpper(triangle, projections);
  const inverse = triangle.map((_, k) =>
    solveUpper(
      triangle,
      triangle.map((_row, i) => (i === k ? 1 : 0)),
    ),
  );
  const tValues = coefficients.map((value, k) => value / (sigma * norm(inverse.map((column) => column[k] ?? 0))));
  return measured({ coefficients, tValues, degreesOfFreedom });
}

function set(matrix: number[][], row: number, column: number, value: number): void {
  const cells = matrix[row];
  if (cells) cells[column] = value;
}

function solveUpper(triangle: readonly (readonly number[])[], right: readonly number[]): number[] {
  const solution = new Array<number>(right.length).fill(0);
  for (let k = right.length - 1; k >= 0; k--) {
    const row = triangle[k] ?? [];
    let value = right[k] ?? 0;
    for (let j = k + 1; j < right.length; j++) value -= (row[j] ?? 0) * (solution[j] ?? 0);
    solution[k] = value / (row[k] ?? 1);
  }
  return solution;
}

function dot(a: readonly number[], b: readonly number[]): number {
  return a.reduce((total, x, i) => total + x * (b[i] ?? 0), 0);
}

function norm(values: readonly number[]): number {
  return Math.sqrt(dot(values, values));
}
