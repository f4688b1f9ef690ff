import { type FeatureShape, findSplit, type LeafSums, leafValue, type Split, type SplitRules } from './find-split.js';
import {
  fillHistogram,
  type GatheredRows,
  type HistogramLayout,
  layOutHistogram,
  subtractHistogram,
} from './histogram.js';
import { leftCodes, type SetSplit, type ThresholdSplit, type TreeNode } from './tree.js';

export interface GrowthRules extends SplitRules {
  readonly leaves: number;
  /** Each leaf's value is multiplied by it. */
  readonly learningRate: number;
}

export interface GrownTree {
  readonly nodes: readonly TreeNode[];
  /** The rows of each leaf, as a stretch of `rows`. */
  readonly leaves: readonly { readonly start: number; readonly end: number; readonly value: number }[];
}

interface OpenLeaf {
  readonly node: number;
  readonly start: number;
  readonly end: number;
  readonly sums: LeafSums;
  readonly histogram: Float64Array;
  readonly split: Split | undefined;
}

/**
 * Grows trees leaf by leaf, the one that gains most first, on histograms; of two children only the smaller is counted,
 * the other is what remains of the parent.
 *
 * @param codes - shape [features][rows].
 * @see G. Ke et al., "LightGBM: A Highly Efficient Gradient Boosting Decision Tree", NIPS 2017.
 */
export function createTreeGrower(
  codes: readonly Uint8Array[],
  shapes: readonly FeatureShape[],
  rules: GrowthRules,
): (rows: Int32Array, features: Int32Array, gradients: Float64Array, hessians: Float64Array) => GrownTree {
  const rowCount = codes[0]?.length ?? 0;
  const binCounts = Int32Array.from(shapes, ({ bins }) => bins);
  const gathered: GatheredRows = { gradients: new Float64Array(rowCount), hessians: new Float64Array(rowCount) };
  const spare = new Int32Array(rowCount);

  return (rows, features, gradients, hessians) => {
    const layout = layOutHistogram(features, binCounts);
    const fill = (into: Float64Array, start: number, end: number): Float64Array => {
      fillHistogram(into, layout, codes, rows, start, end, gradients, hessians, gathered);
      return into;
    };
    const nodes: TreeNode[] = [{ value: 0, rows: 0 }];
    const root = fill(new Float64Array(layout.slots * 3), 0, rows.length);
    const open = [openLeaf(0, 0, rows.length, totals(root, binCounts, layout), root)];
    while (open.length < rules.leaves) {
      const best = open.reduce((a, b) => ((b.split?.gain ?? 0) > (a.split?.gain ?? 0) ? b : a));
      if (!best.split) break;
      open.splice(open.indexOf(best), 1, ...divideLeaf(best, best.split));
    }
    for (const { node, sums, start, end } of open) nodes[node] = { value: leafValueOf(sums), rows: end - start };
    return { nodes, leaves: open.map(({ start, end, sums }) => ({ start, end, value: leafValueOf(sums) })) };

    function openLeaf(node: number, start: number, end: number, sums: LeafSums, histogram: Float64Array): OpenLeaf {
      const split = end - start < 2 * rules.leastRows ? undefined : findSplit(histogram, layout, shapes, sums, rules);
      return { node, start, end, sums, histogram, split };
    }

    function divideLeaf(leaf: OpenLeaf, split: Split): [OpenLeaf, OpenLeaf] {
      const left = nodes.length;
      const { feature, upTo, missingLeft } = split;
      const node: ThresholdSplit | SetSplit = split.codes
        ? { feature, codes: split.codes, left }
        : { feature, upTo, missingLeft, left };
      nodes[leaf.node] = node;
      nodes.push({ value: 0, rows: 0 }, { value: 0, rows: 0 }); // until they are leaves, or split
      const { start, end } = leaf;
      const middle = partition(rows, start, end, codes[feature] as Uint8Array, leftCodes(node), spare); // it has codes
      const leftIsSmaller = middle - start < end - middle;
      const smaller = new Float64Array(layout.slots * 3);
      fill(smaller, leftIsSmaller ? start : middle, leftIsSmaller ? middle : end);
      subtractHistogram(leaf.histogram, smaller);
      const [ofLeft, ofRight] = leftIsSmaller ? [smaller, leaf.histogram] : [leaf.histogram, smaller];
      return [openLeaf(left, start, middle, split.left, ofLeft), openLeaf(left + 1, middle, end, split.right, ofRight)];
    }
  };

  function leafValueOf({ gradient, hessian, low, high }: LeafSums): number {
    return leafValue(gradient, hessian, low, high, rules.l2) * rules.learningRate;
  }
}

function totals(histogram: Float64Array, binCounts: Int32Array, layout: HistogramLayout): LeafSums {
  let [gradient, hessian, count] = [0, 0, 0];
  const bins = binCounts[layout.features[0] ?? 0] ?? 0; // each feature's bins hold all rows: the first one's do
  for (let at = 0; at < bins * 3; at += 3) {
    gradient += histogram[at] as number;
    hessian += histogram[at + 1] as number;
    count += histogram[at + 2] as number;
  }
  return { gradient, hessian, count, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
}

/** Brings the rows that go left to the front, both sides in their old order. @returns where the right side begins. */
function partition(
  rows: Int32Array,
  start: number,
  end: number,
  column: Uint8Array,
  codes: readonly number[],
  spare: Int32Array,
): number {
  const isLeft = new Uint8Array(256);
  for (const code of codes) isLeft[code] = 1;
  let left = start;
  let right = 0;
  for (let at = start; at < end; at += 1) {
    const row = rows[at] as number; // in range
    if (isLeft[column[row] as number]) {
      rows[left] = row;
      left += 1;
    } else {
      spare[right] = row;
      right += 1;
    }
  }
  rows.set(spare.subarray(0, right), left);
  return left;
}
