import type { Pairs } from './pairs.js';

/**
 * Spread of a measure by halves: drawn without replacement, a half differs from the whole as much as the whole does from the world
 * (n/2 of n: 1/m - 1/n = 1/n). No row is there twice, which the ranks behind most measures, and xi above all, cannot bear.
 *
 * @param measures - of the half, in a fixed order; null where it has none.
 * @param halves - 100 or so.
 * @returns standard error for each measure; null where fewer than half of the draws had a value.
 * @see J. Shao, C. F. J. Wu, Annals of Statistics 17 (1989) 1176-1197 (delete-d jackknife); Z. Lin, F. Han, 2023 (xi).
 */
export function halfSampleErrors(
  pairs: Pairs,
  measures: (half: Pairs) => readonly (number | null)[],
  halves: number,
  random: () => number,
): (number | null)[] {
  const rows = new Int32Array(pairs.x.length).map((_, row) => row);
  const size = Math.floor(rows.length / 2);
  const drawn: (readonly (number | null)[])[] = [];
  for (let draw = 0; draw < halves; draw += 1) {
    for (let place = 0; place < size; place += 1) {
      const other = place + Math.floor(random() * (rows.length - place));
      [rows[place], rows[other]] = [rows[other] as number, rows[place] as number]; // both in range
    }
    // In the order of the rows: the draw itself must not decide between equal values.
    const half = rows.slice(0, size).sort();
    drawn.push(measures({ x: take(pairs.x, half), y: take(pairs.y, half) }));
  }
  return (drawn[0] ?? []).map((_, at) => {
    const values = drawn.map((result) => result[at] ?? null).filter((value) => value !== null);
    if (values.length < Math.max(2, halves / 2)) return null;
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
  });
}

function take(values: Float64Array, rows: Int32Array): Float64Array {
  return Float64Array.from(rows, (row) => values[row] as number); // rows are in range
}
