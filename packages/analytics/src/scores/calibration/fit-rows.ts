/** Trains on some rows of a table that only the model knows, and scores others by their numbers. */
export type FitRows = (train: Int32Array) => PredictRows;

/** @returns a probability for each of the rows, in their order. */
export type PredictRows = (rows: Int32Array) => ArrayLike<number>;

/** first, first + 1, ... end - 1. */
export function rowNumbers(first: number, end: number): Int32Array {
  return Int32Array.from({ length: Math.max(0, end - first) }, (_, i) => first + i);
}
