import { wilsonInterval, Z_95 } from '../../stats/wilson-interval.js';
import { orderOf, type Pairs } from './pairs.js';

/** The response over one tenth of the rows, by x. */
export interface ResponseBin {
  readonly fromX: number;
  readonly toX: number;
  readonly meanX: number;
  readonly rows: number;
  readonly mean: number;
  /** Interval of the mean at 95 %: Wilson for outcomes of 0 and 1, else normal; null for a single row of other values. */
  readonly low: number | null;
  readonly high: number | null;
}

const UNKNOWN = { low: null, high: null };

/** Rows of equal x stay together, so bins may hold more than a tenth, and there may be fewer of them. */
export function responseByDecile(pairs: Pairs, bins: number = 10): ResponseBin[] {
  const binary = pairs.y.every((value) => value === 0 || value === 1);
  return decileRows(pairs.x, bins).map((rows) => {
    const ys = Float64Array.from(rows, (row) => pairs.y[row] as number); // rows are in range
    const sum = total(ys);
    const mean = sum / ys.length;
    const [first, last] = [pairs.x[rows[0] as number] as number, pairs.x[rows.at(-1) as number] as number]; // no bin is empty
    return {
      fromX: first,
      toX: last,
      meanX: total(Float64Array.from(rows, (row) => pairs.x[row] as number)) / rows.length,
      rows: ys.length,
      mean,
      ...((binary ? wilsonInterval(sum, ys.length) : normalInterval(ys, mean)) ?? UNKNOWN),
    };
  });
}

/** Row numbers of each bin in order of x. */
export function decileRows(x: Float64Array, bins: number): Int32Array[] {
  const order = orderOf(x);
  const cut: Int32Array[] = [];
  let start = 0;
  for (let bin = 1; bin <= bins && start < order.length; bin += 1) {
    let end = Math.round((bin * order.length) / bins);
    if (end <= start) continue; // equal values filled this bin already, or there are fewer rows than bins
    while (end < order.length && x[order[end] as number] === x[order[end - 1] as number]) end += 1; // in range
    cut.push(order.subarray(start, end));
    start = end;
  }
  return cut;
}

function total(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}

function normalInterval(values: Float64Array, mean: number): { low: number | null; high: number | null } {
  if (values.length < 2) return UNKNOWN;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  const half = Z_95 * Math.sqrt(variance / values.length);
  return { low: mean - half, high: mean + half };
}
