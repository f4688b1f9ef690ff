import { sigmoid } from '../../stats/sigmoid.js';
import type { Direction } from '../binning/training-set.js';
import { logLossOf, logOddsOf } from '../boosting/boost.js';
import { type Grid, growShape } from './grow-shape.js';

/** Something with a shape: a feature or a pair, seen as a cell for each row. */
export interface Term {
  readonly widthA: number;
  readonly widthB: number;
  /** Shape [rows]. */
  readonly cells: Uint8Array | Uint16Array;
  /** Cells have no order: each step sorts them by what they ask for. */
  readonly isCategory: boolean;
  readonly direction: Direction;
  readonly firstValue: number;
}

export interface CyclicRules {
  readonly leaves: number;
  readonly l2: number;
  readonly leastRows: number;
  readonly learningRate: number;
  readonly maxRounds: number;
  readonly patience: number;
}

export interface BoostedShapes {
  readonly base: number;
  /** One for each term, shape [widthA * widthB]. */
  readonly shapes: readonly Float64Array[];
  /** Log-odds of all rows under base and shapes. */
  readonly logOdds: Float64Array;
}

const CATEGORY_SMOOTHING = 10;

/**
 * Cyclic boosting: in each round every term takes one small step, so that no term takes what belongs to another;
 * the round with the least loss on the rows held out is kept. Within a round gradients follow to first order
 * (g += h * step) and are made exact at its end, which spares an exponential for each row and term.
 *
 * @param start - log-odds of all rows to begin with; undefined for the base rate.
 * @see Y. Lou et al. 2013; H. Nori et al., "InterpretML", 2019 (explainable boosting machine).
 */
export function boostShapes(
  terms: readonly Term[],
  labels: Uint8Array,
  inTraining: Int32Array,
  heldOut: Int32Array,
  rules: CyclicRules,
  start?: Float64Array,
): BoostedShapes {
  const base = start ? 0 : logOddsOf(labels, inTraining);
  const logOdds = start ? start.slice() : new Float64Array(labels.length).fill(base);
  const shapes = terms.map((term) => new Float64Array(term.widthA * term.widthB));
  const cellsInTraining = terms.map(({ cells }) => takeCells(cells, inTraining));
  const gradients = new Float64Array(inTraining.length);
  const hessians = new Float64Array(inTraining.length);
  let best = { loss: logLossOf(logOdds, labels, heldOut), round: 0, shapes: shapes.map((shape) => shape.slice()) };
  for (let round = 1; round <= rules.maxRounds && round - best.round <= rules.patience; round += 1) {
    writeGradients(inTraining, labels, logOdds, gradients, hessians);
    const steps = terms.map((term, at) => {
      const cells = cellsInTraining[at] as Uint16Array; // one for each term
      const step = stepOf(term, sumUp(term, cells, gradients, hessians), rules);
      follow(cells, step, gradients, hessians);
      addTo(shapes[at] as Float64Array, step);
      return step;
    });
    for (const [at, { cells }] of terms.entries()) addCells(logOdds, cells, steps[at] as Float64Array);
    const loss = logLossOf(logOdds, labels, heldOut);
    if (loss < best.loss) best = { loss, round, shapes: shapes.map((shape) => shape.slice()) };
  }
  const kept = start ? start.slice() : new Float64Array(labels.length).fill(base);
  for (const [at, { cells }] of terms.entries()) addCells(kept, cells, best.shapes[at] as Float64Array);
  return { base, shapes: best.shapes, logOdds: kept };
}

function takeCells(cells: Uint8Array | Uint16Array, rows: Int32Array): Uint16Array {
  const taken = new Uint16Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) taken[at] = cells[rows[at] as number] as number; // in range
  return taken;
}

function writeGradients(
  rows: Int32Array,
  labels: Uint8Array,
  logOdds: Float64Array,
  gradients: Float64Array,
  hessians: Float64Array,
): void {
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] as number; // in range, as all indices here
    const probability = sigmoid(logOdds[row] as number);
    gradients[at] = probability - (labels[row] as number);
    hessians[at] = Math.max(probability * (1 - probability), 1e-9);
  }
}

function sumUp(term: Term, cells: Uint16Array, gradients: Float64Array, hessians: Float64Array): Grid {
  const { widthA, widthB } = term;
  const sumG = new Float64Array(widthA * widthB);
  const sumH = new Float64Array(widthA * widthB);
  const counts = new Float64Array(widthA * widthB);
  for (let at = 0; at < cells.length; at += 1) {
    const cell = cells[at] as number;
    sumG[cell] = (sumG[cell] as number) + (gradients[at] as number);
    sumH[cell] = (sumH[cell] as number) + (hessians[at] as number);
    counts[cell] = (counts[cell] as number) + 1;
  }
  return { widthA, widthB, gradients: sumG, hessians: sumH, counts };
}

function stepOf(term: Term, grid: Grid, rules: CyclicRules): Float64Array {
  const shapeRules = { ...rules, direction: term.direction, firstValue: term.firstValue };
  if (!term.isCategory) return growShape(grid, shapeRules);
  const rank = (cell: number): number =>
    (grid.gradients[cell] as number) / ((grid.hessians[cell] as number) + CATEGORY_SMOOTHING);
  const order = Array.from(grid.counts.keys()).sort((a, b) => rank(a) - rank(b) || a - b);
  const sorted = {
    ...grid,
    gradients: Float64Array.from(order, (cell) => grid.gradients[cell] as number),
    hessians: Float64Array.from(order, (cell) => grid.hessians[cell] as number),
    counts: Float64Array.from(order, (cell) => grid.counts[cell] as number),
  };
  const step = growShape(sorted, shapeRules);
  const back = new Float64Array(step.length);
  // A category without rows learns nothing: it stays where the base is.
  for (const [at, cell] of order.entries()) back[cell] = (grid.counts[cell] as number) > 0 ? (step[at] as number) : 0;
  return back;
}

function follow(cells: Uint16Array, step: Float64Array, gradients: Float64Array, hessians: Float64Array): void {
  for (let at = 0; at < cells.length; at += 1) {
    gradients[at] = (gradients[at] as number) + (hessians[at] as number) * (step[cells[at] as number] as number);
  }
}

function addTo(sum: Float64Array, step: Float64Array): void {
  for (let at = 0; at < sum.length; at += 1) sum[at] = (sum[at] as number) + (step[at] as number);
}

function addCells(logOdds: Float64Array, cells: Uint8Array | Uint16Array, step: Float64Array): void {
  for (let row = 0; row < logOdds.length; row += 1) {
    logOdds[row] = (logOdds[row] as number) + (step[cells[row] as number] as number);
  }
}
