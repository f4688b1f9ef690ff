import { orderOf } from './pairs.js';

/** From 1; equal values share the mean of their places. O(n log n). */
export function midRanks(values: Float64Array): Float64Array {
  const order = orderOf(values);
  const ranks = new Float64Array(values.length);
  const valueAt = (place: number): number => values[order[place] as number] as number; // in range
  for (let start = 0, end = 0; start < order.length; start = end) {
    while (end < order.length && valueAt(end) === valueAt(start)) end += 1;
    for (const row of order.subarray(start, end)) ranks[row] = (start + 1 + end) / 2;
  }
  return ranks;
}
