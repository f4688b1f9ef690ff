/** Beyond it a square is no number any more: such a value counts as missing. */
const LARGEST = 1e150;

/** Two columns side by side; both finite in every row. */
export interface Pairs {
  readonly x: Float64Array;
  readonly y: Float64Array;
}

/**
 * Leaves out rows in which a value is missing (not finite, or beyond 1e150).
 *
 * @throws {RangeError} when the columns are not equally long.
 */
export function completePairs(x: ArrayLike<number>, y: ArrayLike<number>): Pairs {
  if (x.length !== y.length) throw new RangeError(`${x.length} values beside ${y.length}: each row needs one of both`);
  const complete = (_: unknown, row: number): boolean =>
    Math.max(Math.abs(x[row] ?? 0), Math.abs(y[row] ?? 0)) < LARGEST;
  return { x: Float64Array.from(x).filter(complete), y: Float64Array.from(y).filter(complete) };
}

/** Row numbers in order of the values; of equal values the earlier row comes first. */
export function orderOf(values: Float64Array): Int32Array {
  const order = new Int32Array(values.length).map((_, row) => row);
  return order.sort((a, b) => (values[a] as number) - (values[b] as number) || a - b); // rows are in range
}
