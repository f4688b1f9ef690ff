import type { Direction } from '../binning/training-set.js';
import { leafValue } from '../boosting/find-split.js';

/** Sums of gradients, hessians and counts on a grid of one or two axes, cell (a, b) at a * widthB + b. */
export interface Grid {
  readonly widthA: number;
  /** 1 for a single feature. */
  readonly widthB: number;
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
  readonly counts: Float64Array;
}

export interface ShapeRules {
  readonly leaves: number;
  readonly l2: number;
  readonly leastRows: number;
  readonly learningRate: number;
  /** Along axis a; from position `firstValue` on. */
  readonly direction: Direction;
  readonly firstValue: number;
}

interface Sides {
  readonly a0: number;
  readonly a1: number;
  readonly b0: number;
  readonly b1: number;
}

interface Rectangle extends Sides {
  readonly low: number;
  readonly high: number;
  readonly gradient: number;
  readonly hessian: number;
}

interface Cut {
  readonly gain: number;
  readonly sides: readonly [Rectangle, Rectangle];
}

/**
 * One boosting step of a shape: a small tree over the cells of a grid. The rows were summed into the grid once, so a
 * split costs as much as there are cells.
 *
 * @returns what to add to the log-odds in each cell, shape [widthA * widthB].
 * @see Y. Lou, R. Caruana, J. Gehrke, G. Hooker, "Accurate intelligible models with pairwise interactions", KDD 2013.
 */
export function growShape(grid: Grid, rules: ShapeRules): Float64Array {
  const { widthA, widthB } = grid;
  const whole = { a0: 0, a1: widthA, b0: 0, b1: widthB, low: Number.NEGATIVE_INFINITY, high: Number.POSITIVE_INFINITY };
  const open = [withCut({ ...whole, gradient: total(grid.gradients), hessian: total(grid.hessians) })];
  while (open.length < rules.leaves) {
    const best = open.reduce((a, b) => ((b.cut?.gain ?? 0) > (a.cut?.gain ?? 0) ? b : a));
    if (!best.cut) break;
    open.splice(open.indexOf(best), 1, ...best.cut.sides.map(withCut));
  }
  const added = new Float64Array(widthA * widthB);
  for (const { leaf } of open) {
    const value = rules.learningRate * leafValue(leaf.gradient, leaf.hessian, leaf.low, leaf.high, rules.l2);
    for (let a = leaf.a0; a < leaf.a1; a += 1) added.fill(value, a * widthB + leaf.b0, a * widthB + leaf.b1);
  }
  return added;

  function withCut(leaf: Rectangle): { leaf: Rectangle; cut: Cut | undefined } {
    const alongA = bestCut(grid, leaf, rules, true);
    const alongB = bestCut(grid, leaf, rules, false);
    return { leaf, cut: (alongB?.gain ?? 0) > (alongA?.gain ?? 0) ? alongB : alongA };
  }
}

interface Sums {
  readonly gradients: Float64Array;
  readonly hessians: Float64Array;
  readonly counts: Float64Array;
}

/** The rectangle's sums by position along one of its axes. */
function sumAlong(grid: Grid, { a0, a1, b0, b1 }: Sides, alongA: boolean): Sums {
  const length = alongA ? a1 - a0 : b1 - b0;
  const [gradients, hessians, counts] = [new Float64Array(length), new Float64Array(length), new Float64Array(length)];
  for (let a = a0; a < a1; a += 1) {
    for (let b = b0; b < b1; b += 1) {
      const cell = a * grid.widthB + b; // within the grid, as the position is within the rectangle
      const at = alongA ? a - a0 : b - b0;
      gradients[at] = (gradients[at] as number) + (grid.gradients[cell] as number);
      hessians[at] = (hessians[at] as number) + (grid.hessians[cell] as number);
      counts[at] = (counts[at] as number) + (grid.counts[cell] as number);
    }
  }
  return { gradients, hessians, counts };
}

function total(values: Float64Array): number {
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += values[at] as number;
  return sum;
}

function bestCut(grid: Grid, leaf: Rectangle, rules: ShapeRules, alongA: boolean): Cut | undefined {
  const { a0, a1, b0, b1, low, high } = leaf;
  const { l2, leastRows } = rules;
  const [start, end] = alongA ? [a0, a1] : [b0, b1];
  if (end - start < 2) return undefined;
  const sums = sumAlong(grid, leaf, alongA);
  const all = total(sums.counts);
  const own = reward(leaf.gradient, leaf.hessian, l2);
  let best: { gain: number; at: number; gradient: number; hessian: number } | undefined;
  let [gradient, hessian, count] = [0, 0, 0];
  for (let at = 0; at < end - start; at += 1) {
    gradient += sums.gradients[at] as number; // one for each position
    hessian += sums.hessians[at] as number;
    count += sums.counts[at] as number;
    if (count < leastRows) continue;
    if (all - count < leastRows) break;
    const [otherGradient, otherHessian] = [leaf.gradient - gradient, leaf.hessian - hessian];
    const cut = start + at + 1;
    if (alongA && rules.direction !== 0 && cut > rules.firstValue) {
      const rise = leafValue(otherGradient, otherHessian, low, high, l2) - leafValue(gradient, hessian, low, high, l2);
      if (rise * rules.direction < 0) continue;
    }
    const gain = reward(gradient, hessian, l2) + reward(otherGradient, otherHessian, l2) - own;
    if (gain > (best?.gain ?? 1e-9)) best = { gain, at: cut, gradient, hessian };
  }
  if (!best) return undefined;
  const left = { ...leaf, gradient: best.gradient, hessian: best.hessian };
  const right = { ...leaf, gradient: leaf.gradient - best.gradient, hessian: leaf.hessian - best.hessian };
  if (!alongA)
    return {
      gain: best.gain,
      sides: [
        { ...left, b1: best.at },
        { ...right, b0: best.at },
      ],
    };
  const bounds = rules.direction !== 0 && best.at > rules.firstValue ? boundsOf(left, right, rules) : [{}, {}];
  return {
    gain: best.gain,
    sides: [
      { ...left, a1: best.at, ...bounds[0] },
      { ...right, a0: best.at, ...bounds[1] },
    ],
  };
}

function reward(gradient: number, hessian: number, l2: number): number {
  return (gradient * gradient) / (hessian + l2 + 1e-12);
}

/** Each side of a monotone cut is bounded by the middle of both values. */
function boundsOf(
  left: Rectangle,
  right: Rectangle,
  { l2, direction }: ShapeRules,
): [Partial<Rectangle>, Partial<Rectangle>] {
  const { low, high } = left;
  const middle =
    (leafValue(left.gradient, left.hessian, low, high, l2) + leafValue(right.gradient, right.hessian, low, high, l2)) /
    2;
  return direction > 0 ? [{ high: middle }, { low: middle }] : [{ low: middle }, { high: middle }];
}
