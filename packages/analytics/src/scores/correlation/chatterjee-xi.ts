import { orderOf, type Pairs } from './pairs.js';

/**
 * Chatterjee's xi: how far y is a function of x, of any shape; 0 in the limit when independent, 1 when determined; small samples
 * may lie below 0. Not symmetric. O(n log n).
 *
 * @param random - orders rows of equal x, as the definition asks; seeded in tests.
 * @returns null when y is constant or there are fewer than two rows.
 * @see S. Chatterjee, JASA 116 (2021) 2009-2022.
 */
export function chatterjeeXi({ x, y }: Pairs, random: () => number): number | null {
  const n = x.length;
  const lots = x.map(random);
  const order = new Int32Array(n).map((_, row) => row);
  order.sort((a, b) => (x[a] as number) - (x[b] as number) || (lots[a] as number) - (lots[b] as number)); // in range
  const { atMost, atLeast } = countsOf(y);
  let [steps, scale] = [0, 0];
  for (let place = 0; place < n; place += 1) {
    const row = order[place] as number;
    if (place > 0) steps += Math.abs((atMost[row] as number) - (atMost[order[place - 1] as number] as number));
    scale += (atLeast[row] as number) * (n - (atLeast[row] as number));
  }
  return scale > 0 ? 1 - (n * steps) / (2 * scale) : null;
}

/** For each row how many values are <= and >= its own. */
function countsOf(values: Float64Array): { atMost: Float64Array; atLeast: Float64Array } {
  const n = values.length;
  const order = orderOf(values);
  const [atMost, atLeast] = [new Float64Array(n), new Float64Array(n)];
  for (let start = 0, end = 0; start < n; start = end) {
    const value = values[order[start] as number]; // in range
    while (end < n && values[order[end] as number] === value) end += 1;
    for (const row of order.subarray(start, end)) {
      atMost[row] = end;
      atLeast[row] = n - start;
    }
  }
  return { atMost, atLeast };
}
