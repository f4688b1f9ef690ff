import type { Direction } from '../binning/training-set.js';
import type { HistogramLayout } from './histogram.js';

/** What splits may be. */
export interface SplitRules {
  /** Added to hessians: shrinks the values of thin leaves. */
  readonly l2: number;
  /** Rows on each side at least. */
  readonly leastRows: number;
  /** What a split must gain at least. */
  readonly leastGain: number;
}

/** What is known of each feature. */
export interface FeatureShape {
  readonly isCategory: boolean;
  readonly bins: number;
  /** The first code that is an amount. */
  readonly firstValue: number;
  readonly direction: Direction;
}

/** A leaf's sums, and the bounds of its value that monotone splits above it have set. */
export interface LeafSums {
  readonly gradient: number;
  readonly hessian: number;
  readonly count: number;
  readonly low: number;
  readonly high: number;
}

export interface Split {
  readonly feature: number;
  readonly gain: number;
  /** The side's codes, as a stored node says them. */
  readonly upTo: number;
  readonly missingLeft: boolean;
  /** Set for categories. */
  readonly codes: readonly number[] | undefined;
  readonly left: LeafSums;
  readonly right: LeafSums;
}

/** Categories are sorted by their own value, which flatters: they are shrunk more, and thin ones stay out. */
const CATEGORY_SMOOTHING = 10;
const CATEGORY_L2 = 10;
const LEAST_CATEGORY_ROWS = 10;
const EPSILON = 1e-12;

/** The best split of a leaf; undefined when none gains anything. */
export function findSplit(
  histogram: Float64Array,
  layout: HistogramLayout,
  shapes: readonly FeatureShape[],
  leaf: LeafSums,
  rules: SplitRules,
): Split | undefined {
  let best: Split | undefined;
  for (let used = 0; used < layout.features.length; used += 1) {
    const feature = layout.features[used] as number; // in range
    const shape = shapes[feature] as FeatureShape; // one for each feature
    const sums = histogram.subarray((layout.offsets[used] as number) * 3);
    const least = Math.max(best?.gain ?? 0, rules.leastGain);
    const split = shape.isCategory
      ? splitCategories(sums, feature, shape, leaf, rules, least)
      : splitNumbers(sums, feature, shape, leaf, rules, least);
    if (split) best = split;
  }
  return best;
}

/** The value that minimises the loss, within bounds. */
export function leafValue(gradient: number, hessian: number, low: number, high: number, l2: number): number {
  return Math.min(high, Math.max(low, -gradient / (hessian + l2 + EPSILON)));
}

/** Twice the fall of the loss when the leaf takes its best value within bounds. */
function reward(gradient: number, hessian: number, low: number, high: number, l2: number): number {
  const value = leafValue(gradient, hessian, low, high, l2);
  return -(2 * gradient + (hessian + l2) * value) * value;
}

function splitNumbers(
  sums: Float64Array,
  feature: number,
  shape: FeatureShape,
  leaf: LeafSums,
  rules: SplitRules,
  least: number,
): Split | undefined {
  const { l2, leastRows } = rules;
  const { low, high } = leaf;
  // Reads are within the feature's bins, hence `as number`.
  const missing = { gradient: sums[0] as number, hessian: sums[1] as number, count: sums[2] as number };
  const own = reward(leaf.gradient, leaf.hessian, low, high, l2);
  let bestGain = least;
  let bestUpTo = -1;
  let bestMissingLeft = false;
  let best = missing;
  for (const missingLeft of missing.count > 0 ? [false, true] : [missing.count * 2 > leaf.count]) {
    let gradient = missingLeft ? missing.gradient : 0;
    let hessian = missingLeft ? missing.hessian : 0;
    let count = missingLeft ? missing.count : 0;
    // Without amounts on the left "missing" is set against all others: code 0 stands for that split.
    for (let code = missingLeft ? 0 : 1; code < shape.bins - 1 + (missing.count > 0 ? 1 : 0); code += 1) {
      if (code > 0) {
        const inBin = sums[3 * code + 2] as number;
        gradient += sums[3 * code] as number;
        hessian += sums[3 * code + 1] as number;
        count += inBin;
        if (inBin < 0.5) continue;
      }
      if (count < leastRows) continue;
      const otherCount = leaf.count - count;
      if (otherCount < leastRows) break;
      const otherGradient = leaf.gradient - gradient;
      const otherHessian = leaf.hessian - hessian;
      if (shape.direction !== 0 && code >= shape.firstValue && code < shape.bins - 1) {
        const rise =
          leafValue(otherGradient, otherHessian, low, high, l2) - leafValue(gradient, hessian, low, high, l2);
        if (rise * shape.direction < 0) continue;
      }
      const gain = reward(gradient, hessian, low, high, l2) + reward(otherGradient, otherHessian, low, high, l2) - own;
      if (gain > bestGain) {
        bestGain = gain;
        bestUpTo = code;
        bestMissingLeft = missingLeft;
        best = { gradient, hessian, count };
      }
    }
  }
  if (bestUpTo < 0) return undefined;
  const ordered = bestUpTo >= shape.firstValue && bestUpTo < shape.bins - 1;
  const sides = divide(leaf, best, l2, ordered ? shape.direction : 0);
  return { feature, gain: bestGain, upTo: bestUpTo, missingLeft: bestMissingLeft, codes: undefined, ...sides };
}

function splitCategories(
  sums: Float64Array,
  feature: number,
  shape: FeatureShape,
  leaf: LeafSums,
  rules: SplitRules,
  least: number,
): Split | undefined {
  const { leastRows } = rules;
  const l2 = rules.l2 + CATEGORY_L2;
  const { low, high } = leaf;
  const ranks: { code: number; rank: number }[] = [];
  for (let code = 0; code < shape.bins; code += 1) {
    if ((sums[3 * code + 2] as number) < LEAST_CATEGORY_ROWS) continue;
    ranks.push({ code, rank: (sums[3 * code] as number) / ((sums[3 * code + 1] as number) + CATEGORY_SMOOTHING) });
  }
  ranks.sort((a, b) => a.rank - b.rank || a.code - b.code);
  const own = reward(leaf.gradient, leaf.hessian, low, high, l2);
  let bestGain = least;
  let bestLength = 0;
  let best = { gradient: 0, hessian: 0, count: 0 };
  let gradient = 0;
  let hessian = 0;
  let count = 0;
  for (const [at, { code }] of ranks.entries()) {
    gradient += sums[3 * code] as number;
    hessian += sums[3 * code + 1] as number;
    count += sums[3 * code + 2] as number;
    if (count < leastRows) continue;
    if (leaf.count - count < leastRows) break;
    const gain =
      reward(gradient, hessian, low, high, l2) +
      reward(leaf.gradient - gradient, leaf.hessian - hessian, low, high, l2) -
      own;
    if (gain > bestGain) {
      bestGain = gain;
      bestLength = at + 1;
      best = { gradient, hessian, count };
    }
  }
  if (bestLength === 0) return undefined;
  const codes = ranks
    .slice(0, bestLength)
    .map(({ code }) => code)
    .sort((a, b) => a - b);
  return { feature, gain: bestGain, upTo: 0, missingLeft: false, codes, ...divide(leaf, best, rules.l2, 0) };
}

/** Both sides' sums; a monotone split bounds each by the middle of the two values. */
function divide(
  leaf: LeafSums,
  left: { readonly gradient: number; readonly hessian: number; readonly count: number },
  l2: number,
  direction: Direction,
): { left: LeafSums; right: LeafSums } {
  const right = {
    gradient: leaf.gradient - left.gradient,
    hessian: leaf.hessian - left.hessian,
    count: leaf.count - left.count,
  };
  const { low, high } = leaf;
  if (direction === 0) return { left: { ...left, low, high }, right: { ...right, low, high } };
  const middle =
    (leafValue(left.gradient, left.hessian, low, high, l2) + leafValue(right.gradient, right.hessian, low, high, l2)) /
    2;
  return direction > 0
    ? { left: { ...left, low, high: middle }, right: { ...right, low: middle, high } }
    : { left: { ...left, low: middle, high }, right: { ...right, low, high: middle } };
}
