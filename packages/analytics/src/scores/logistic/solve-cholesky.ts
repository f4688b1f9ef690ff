/**
 * Solves A x = b for a symmetric positive definite A; A is overwritten by its factor.
 *
 * @param matrix - row by row, shape [n * n].
 * @returns x, or undefined when A is not positive definite to working precision.
 * @see G. H. Golub, C. F. Van Loan, Matrix Computations, 4.2.
 */
export function solveCholesky(matrix: Float64Array, right: Float64Array): Float64Array | undefined {
  const n = right.length;
  if (!factor(matrix, n)) return undefined;
  const solution = right.slice();
  for (let i = 0; i < n; i += 1) {
    let sum = solution[i] as number; // all indices are within n
    for (let k = 0; k < i; k += 1) sum -= (matrix[i * n + k] as number) * (solution[k] as number);
    solution[i] = sum / (matrix[i * n + i] as number);
  }
  for (let i = n - 1; i >= 0; i -= 1) {
    let sum = solution[i] as number;
    for (let k = i + 1; k < n; k += 1) sum -= (matrix[k * n + i] as number) * (solution[k] as number);
    solution[i] = sum / (matrix[i * n + i] as number);
  }
  return solution;
}

function factor(matrix: Float64Array, n: number): boolean {
  for (let j = 0; j < n; j += 1) {
    for (let i = j; i < n; i += 1) {
      let sum = matrix[i * n + j] as number; // within n, as above
      for (let k = 0; k < j; k += 1) sum -= (matrix[i * n + k] as number) * (matrix[j * n + k] as number);
      if (i > j) matrix[i * n + j] = sum / (matrix[j * n + j] as number);
      else if (sum > 1e-12) matrix[j * n + j] = Math.sqrt(sum);
      else return false;
    }
  }
  return true;
}
