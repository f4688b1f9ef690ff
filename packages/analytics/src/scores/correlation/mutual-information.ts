import { midRanks } from './mid-ranks.js';
import type { Pairs } from './pairs.js';

const MOST_BINS = 10;
/** Rows that a cell of the table should hold on average, for its share to mean something. */
const ROWS_A_CELL = 10;

/**
 * Mutual information of both columns cut into bins of equal mass (equal values stay together), in nats, less the bias of the
 * count of cells (Miller-Madow); at most ln(bins), at least 0.
 *
 * @returns null for fewer than two rows, or when a column falls into one bin.
 * @see G. A. Miller, "Note on the bias of information estimates", 1955.
 */
export function mutualInformation({ x, y }: Pairs): number | null {
  const rows = x.length;
  const bins = Math.max(2, Math.min(MOST_BINS, Math.floor(Math.sqrt(rows / ROWS_A_CELL))));
  const [a, b] = [binsOf(x, bins), binsOf(y, bins)];
  const joint = new Float64Array(bins * bins);
  const [ofA, ofB] = [new Float64Array(bins), new Float64Array(bins)];
  for (let row = 0; row < rows; row += 1) {
    const [i, j] = [a[row] as number, b[row] as number]; // equally long, below bins
    joint[i * bins + j] = (joint[i * bins + j] as number) + 1;
    ofA[i] = (ofA[i] as number) + 1;
    ofB[j] = (ofB[j] as number) + 1;
  }
  const [usedA, usedB] = [ofA, ofB].map((counts) => counts.filter((count) => count > 0).length) as [number, number];
  if (usedA < 2 || usedB < 2) return null;
  let information = 0;
  for (const [cell, count] of joint.entries()) {
    if (count === 0) continue;
    const expected = ((ofA[Math.floor(cell / bins)] as number) * (ofB[cell % bins] as number)) / rows;
    information += (count / rows) * Math.log(count / expected);
  }
  return Math.max(0, information - ((usedA - 1) * (usedB - 1)) / (2 * rows));
}

function binsOf(values: Float64Array, bins: number): Int32Array {
  return Int32Array.from(midRanks(values), (rank) => Math.floor(((rank - 0.5) * bins) / values.length));
}
