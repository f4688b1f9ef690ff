import { orderOf, type Pairs } from './pairs.js';

/**
 * Kendall's tau-b: pairs in the same order less pairs in the opposite one, ties taken out of the scale. O(n log n): rows are
 * sorted by x, then the swaps of a merge sort by y are counted.
 *
 * @returns null when a column is constant or there are fewer than two rows.
 * @see W. R. Knight, JASA 61 (1966) 436-439.
 */
export function kendallTau({ x, y }: Pairs): number | null {
  const rows = x.length;
  const order = orderOf(x);
  // Rows of equal x lie in order of y, so that they count no swap.
  forEachRun(order, x, (start, end) => {
    order.subarray(start, end).sort((a, b) => (y[a] as number) - (y[b] as number)); // rows are in range
  });
  const all = (rows * (rows - 1)) / 2;
  let [tiedX, tiedBoth, tiedY] = [0, 0, 0];
  forEachRun(order, x, (start, end) => {
    tiedX += pairsOf(end - start);
    forEachRun(order.subarray(start, end), y, (from, to) => {
      tiedBoth += pairsOf(to - from);
    });
  });
  forEachRun(orderOf(y), y, (start, end) => {
    tiedY += pairsOf(end - start);
  });
  const swaps = countSwaps(Float64Array.from(order, (row) => y[row] as number));
  const scale = Math.sqrt(all - tiedX) * Math.sqrt(all - tiedY);
  return scale > 0 ? (all - tiedX - tiedY + tiedBoth - 2 * swaps) / scale : null;
}

function pairsOf(count: number): number {
  return (count * (count - 1)) / 2;
}

/** Stretches of the order in which the value stays the same. */
function forEachRun(order: Int32Array, values: Float64Array, visit: (start: number, end: number) => void): void {
  for (let start = 0, end = 0; start < order.length; start = end) {
    const value = values[order[start] as number]; // in range
    while (end < order.length && values[order[end] as number] === value) end += 1;
    visit(start, end);
  }
}

/** Pairs in which the earlier value is larger; sorts the values. */
function countSwaps(values: Float64Array): number {
  let from: Float64Array = values;
  let to: Float64Array = new Float64Array(values.length);
  let swaps = 0;
  for (let width = 1; width < values.length; width *= 2) {
    for (let start = 0; start < values.length; start += 2 * width) {
      const [middle, end] = [Math.min(values.length, start + width), Math.min(values.length, start + 2 * width)];
      let [left, right] = [start, middle];
      for (let place = start; place < end; place += 1) {
        const takeRight = right < end && (left >= middle || (from[right] as number) < (from[left] as number)); // in range
        if (takeRight) swaps += middle - left;
        to[place] = from[takeRight ? right++ : left++] as number;
      }
    }
    [from, to] = [to, from];
  }
  return swaps;
}
