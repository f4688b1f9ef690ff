import { binCount, type FeatureBins } from '../binning/feature-bins.js';

/** One side of a pair's grid: fewer, coarser positions than the feature has codes. */
export interface Axis {
  readonly feature: number;
  /** Position of each code, shape [codes]. */
  readonly positionOf: readonly number[];
  readonly width: number;
}

const PAIR_WIDTH = 16;

/**
 * Gathers the codes of a feature to positions of about equal mass: numbers in their order, categories in the order of
 * their single effect, "missing" and special codes at positions of their own where they occur.
 *
 * @param codes - of the training rows.
 * @param effects - the feature's single shape, shape [codes].
 */
export function gatherAxis(feature: number, bins: FeatureBins, codes: Uint8Array, effects: Float64Array): Axis {
  const counts = new Float64Array(binCount(bins));
  for (const code of codes) counts[code] = (counts[code] as number) + 1; // codes are within the bins
  const order = Array.from(counts.keys());
  if (bins.kind === 'category') order.sort((a, b) => (effects[a] as number) - (effects[b] as number) || a - b);
  const alone = bins.kind === 'numeric' ? bins.specials.length + 1 : 0;
  const present = order.filter((code) => (counts[code] as number) > 0);
  const share = present.length <= PAIR_WIDTH ? 0 : codes.length / PAIR_WIDTH;
  const positionOf = new Array<number>(counts.length).fill(0);
  let position = 0;
  let mass = 0;
  for (const [at, code] of order.entries()) {
    positionOf[code] = position;
    mass += counts[code] as number;
    const isLast = at === order.length - 1;
    if (!isLast && mass > 0 && (mass >= share || code < alone)) {
      position += 1;
      mass = 0;
    }
  }
  return { feature, positionOf, width: position + 1 };
}

/** The cell of each row, shape [rows]. */
export function cellsOf(a: Axis, b: Axis, codes: readonly Uint8Array[]): Uint16Array {
  const [ofA, ofB] = [codes[a.feature] as Uint8Array, codes[b.feature] as Uint8Array]; // axes are of these features
  const [placeA, placeB] = [Uint16Array.from(a.positionOf), Uint16Array.from(b.positionOf)];
  const cells = new Uint16Array(ofA.length);
  for (let row = 0; row < cells.length; row += 1) {
    cells[row] = (placeA[ofA[row] as number] as number) * b.width + (placeB[ofB[row] as number] as number);
  }
  return cells;
}
