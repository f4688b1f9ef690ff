import { solveCholesky } from './solve-cholesky.js';

/**
 * Covariance of intercept and coefficients: the inverse of the penalised information at the fit.
 *
 * @param columns - shape [columns][rows].
 * @returns row by row, shape [(1 + columns)^2].
 */
export function informationInverse(
  columns: readonly Float64Array[],
  intercept: number,
  coefficients: Float64Array,
  l2: number,
): Float64Array {
  const rows = columns[0]?.length ?? 0;
  const width = columns.length + 1;
  const information = new Float64Array(width * width);
  const row = new Float64Array(width).fill(1);
  for (let at = 0; at < rows; at += 1) {
    let logOdds = intercept;
    for (let column = 0; column < columns.length; column += 1) {
      const value = (columns[column] as Float64Array)[at] as number; // in range, as all indices here
      row[column + 1] = value;
      logOdds += (coefficients[column] as number) * value;
    }
    const probability = 1 / (1 + Math.exp(-logOdds));
    addOuter(information, row, probability * (1 - probability));
  }
  for (let at = 1; at < width; at += 1) information[at * width + at] = (information[at * width + at] as number) + l2;
  const inverse = new Float64Array(width * width);
  for (let at = 0; at < width; at += 1) {
    const unit = new Float64Array(width);
    unit[at] = 1;
    const solved = solveCholesky(information.slice(), unit);
    if (solved) inverse.set(solved, at * width);
  }
  return inverse;
}

function addOuter(into: Float64Array, row: Float64Array, weight: number): void {
  const width = row.length;
  for (let i = 0; i < width; i += 1) {
    const scaled = weight * (row[i] as number);
    for (let j = 0; j < width; j += 1)
      into[i * width + j] = (into[i * width + j] as number) + scaled * (row[j] as number);
  }
}
