/**
 * The smallest value that at least `ratio` of all are not above (nearest rank).
 *
 * @param ratio - 0..1.
 * @throws {RangeError} for an empty list.
 */
export function quantile(values: readonly number[], ratio: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const value = sorted[Math.max(0, Math.ceil(ratio * sorted.length) - 1)];
  if (value === undefined) throw new RangeError('no values, no quantile');
  return value;
}
