/** Sweeps after which what is left on an axis is far below any rounding of points. */
const SWEEPS = 20;

/**
 * Takes out of a pair's grid, in place, what depends on one of its features alone, so that single shapes mean the whole
 * effect of their feature.
 *
 * @param grid - shape [widthA * widthB].
 * @param counts - training rows in each cell.
 * @returns what was taken out, by position on each axis.
 * @see B. Lengerich et al., "Purifying interaction effects with the functional ANOVA", AISTATS 2020.
 */
export function purifyPair(
  grid: Float64Array,
  counts: Float64Array,
  widthA: number,
  widthB: number,
): { ofA: Float64Array; ofB: Float64Array } {
  const ofA = new Float64Array(widthA);
  const ofB = new Float64Array(widthB);
  for (let sweep = 0; sweep < SWEEPS; sweep += 1) {
    takeMeans(grid, counts, ofA, (a, b) => a * widthB + b, widthB);
    takeMeans(grid, counts, ofB, (b, a) => a * widthB + b, widthA);
  }
  return { ofA, ofB };
}

function takeMeans(
  grid: Float64Array,
  counts: Float64Array,
  into: Float64Array,
  cellOf: (along: number, across: number) => number,
  across: number,
): void {
  for (let along = 0; along < into.length; along += 1) {
    let [sum, count] = [0, 0];
    for (let at = 0; at < across; at += 1) {
      const cell = cellOf(along, at);
      sum += (grid[cell] as number) * (counts[cell] as number); // within the grid
      count += counts[cell] as number;
    }
    if (count === 0) continue;
    into[along] = (into[along] as number) + sum / count;
    for (let at = 0; at < across; at += 1) {
      const cell = cellOf(along, at);
      grid[cell] = (grid[cell] as number) - sum / count;
    }
  }
}
