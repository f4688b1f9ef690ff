import { seededRandom } from '../../stats/seeded-random.js';
import { sigmoid } from '../../stats/sigmoid.js';
import { binCount, type FeatureBins, firstValueBin } from '../binning/feature-bins.js';
import type { TrainingSet } from '../binning/training-set.js';
import type { Fitted } from '../boosting/fit-boosting.js';
import { splitRows, stratifiedFolds } from '../sampling/stratified-folds.js';
import { type Axis, cellsOf, gatherAxis } from './axis.js';
import { type BoostedShapes, boostShapes, type CyclicRules, type Term } from './boost-shapes.js';
import { purifyPair } from './purify-pair.js';
import { rankPairs } from './rank-pairs.js';

export interface GlassboxRules {
  readonly members: number;
  /** From `manyRows` on: so many rows leave less to average out, and each member costs more. */
  readonly membersOfMany: number;
  readonly manyRows: number;
  /** Pairs of features at most. */
  readonly pairs: number;
  readonly single: CyclicRules;
  readonly pair: CyclicRules;
}

/**
 * The same for all data. Three leaves a step find a bump as well as a rise; eight members, each without an eighth of
 * the rows, are what error bars need; ten pairs are as many as anyone looks at.
 */
export const GLASSBOX_DEFAULTS: GlassboxRules = {
  members: 8,
  membersOfMany: 4,
  manyRows: 50_000,
  pairs: 10,
  single: { leaves: 3, l2: 1, leastRows: 20, learningRate: 0.05, maxRounds: 300, patience: 15 },
  pair: { leaves: 4, l2: 5, leastRows: 40, learningRate: 0.05, maxRounds: 200, patience: 15 },
};

/** What a feature adds to the log-odds in each of its bins. */
export interface Shape {
  /** Shape [codes]; the mean over the training rows is 0. */
  readonly values: readonly number[];
  /** Standard errors, delete-a-group jackknife over the members; shape [codes]. */
  readonly errors: readonly number[];
  /** Training rows in each bin. */
  readonly rows: readonly number[];
}

export interface PairShape {
  readonly a: Axis;
  readonly b: Axis;
  /** Shape [a.width * b.width]; rows and columns have the mean 0 over the training rows. */
  readonly values: readonly number[];
  readonly errors: readonly number[];
}

/** A table to look a probability up in: nothing else is needed to score. */
export interface GlassboxBody {
  readonly kind: 'glassbox';
  readonly features: readonly FeatureBins[];
  readonly intercept: number;
  /** One for each feature. */
  readonly shapes: readonly Shape[];
  readonly pairs: readonly PairShape[];
  /** Whose spread the errors are; absent in files of before it was asked for. */
  readonly members?: number;
}

/**
 * Additive shapes by cyclic boosting, then the best pairs on what they leave. Each member learns from all folds but
 * one, which tells it when to stop. Monotone features take part in no pair, so that they stay monotone whatever
 * the rest of the row is.
 *
 * @see H. Nori et al., "InterpretML: A unified framework for machine learning interpretability", 2019.
 */
export function fitGlassbox(set: TrainingSet, seed: number, rules: GlassboxRules): Fitted<GlassboxBody> {
  const { features, codes, labels, directions } = set;
  const members = labels.length >= rules.manyRows ? rules.membersOfMany : rules.members;
  const folds = stratifiedFolds(labels, members, seededRandom(seed));
  const splits = Array.from({ length: members }, (_, member) => {
    const [inTraining, heldOut] = splitRows(folds, member);
    return { inTraining, heldOut };
  });
  const terms = features.map(
    (bins, at): Term => ({
      widthA: binCount(bins),
      widthB: 1,
      cells: codes[at] as Uint8Array, // one for each feature
      isCategory: bins.kind === 'category',
      direction: directions[at] ?? 0,
      firstValue: firstValueBin(bins),
    }),
  );
  const singles = splits.map(({ inTraining, heldOut }) =>
    boostShapes(terms, labels, inTraining, heldOut, rules.single),
  );
  const singleLogOdds = heldOutOf(singles, folds);
  const pairs = choosePairs(set, singles, singleLogOdds, rules);
  const pairTerms = pairs.map(
    ({ a, b }): Term => ({
      widthA: a.width,
      widthB: b.width,
      cells: cellsOf(a, b, codes),
      isCategory: false,
      direction: 0,
      firstValue: 1,
    }),
  );
  const crosses = splits.map(({ inTraining, heldOut }, member) =>
    boostShapes(pairTerms, labels, inTraining, heldOut, rules.pair, singles[member]?.logOdds),
  );
  const body = assemble(set, singles, crosses, pairs, pairTerms);
  return { body, heldOutLogOdds: heldOutOf(crosses, folds) };
}

/** The log-odds of each row by the member that did not learn from it. */
function heldOutOf(members: readonly BoostedShapes[], folds: Uint8Array): Float64Array {
  const logOdds = new Float64Array(folds.length);
  for (let row = 0; row < folds.length; row += 1) logOdds[row] = members[folds[row] as number]?.logOdds[row] ?? 0; // in range
  return logOdds;
}

function choosePairs(
  set: TrainingSet,
  singles: readonly BoostedShapes[],
  logOdds: Float64Array,
  rules: GlassboxRules,
): readonly { readonly a: Axis; readonly b: Axis }[] {
  const { features, codes, labels, directions } = set;
  const axes = features.flatMap((bins, at) => {
    if (directions[at]) return [];
    const effects = meanOf(singles.map(({ shapes }) => shapes[at] as Float64Array)); // one for each feature
    return [gatherAxis(at, bins, codes[at] as Uint8Array, effects)];
  });
  const probabilities = logOdds.map(sigmoid);
  const gradients = probabilities.map((probability, row) => probability - (labels[row] as number));
  const hessians = probabilities.map((probability) => probability * (1 - probability));
  return rankPairs(axes, codes, gradients, hessians, rules.pair.l2, rules.pairs);
}

function assemble(
  set: TrainingSet,
  singles: readonly BoostedShapes[],
  crosses: readonly BoostedShapes[],
  pairs: readonly { readonly a: Axis; readonly b: Axis }[],
  pairTerms: readonly Term[],
): GlassboxBody {
  const { features, codes } = set;
  const counts = features.map((bins, at) => countCells(codes[at] as Uint8Array, binCount(bins)));
  const pairCounts = pairTerms.map(({ cells, widthA, widthB }) => countCells(cells, widthA * widthB));
  // Each member in its pure form: what a pair says about one feature alone belongs to that feature's shape.
  const members = singles.map((single, member) => {
    let intercept = single.base;
    const shapes = single.shapes.map((shape) => shape.slice());
    const grids = pairs.map(({ a, b }, at) => {
      const grid = Float64Array.from(crosses[member]?.shapes[at] ?? []);
      const { ofA, ofB } = purifyPair(grid, pairCounts[at] as Float64Array, a.width, b.width);
      for (const [axis, moved] of [
        [a, ofA],
        [b, ofB],
      ] as const) {
        const shape = shapes[axis.feature] as Float64Array;
        for (const [code, position] of axis.positionOf.entries()) {
          shape[code] = (shape[code] as number) + (moved[position] as number);
        }
      }
      return grid;
    });
    for (const [at, shape] of shapes.entries()) intercept += centre(shape, counts[at] as Float64Array);
    return { intercept, shapes, grids };
  });
  return {
    kind: 'glassbox',
    features,
    intercept: members.reduce((sum, { intercept }) => sum + intercept, 0) / members.length,
    shapes: features.map((_, at) => ({
      ...withErrors(members.map(({ shapes }) => shapes[at] as Float64Array)),
      rows: [...(counts[at] as Float64Array)],
    })),
    pairs: pairs.map(({ a, b }, at) => ({
      a,
      b,
      ...withErrors(members.map(({ grids }) => grids[at] as Float64Array)),
    })),
    members: members.length,
  };
}

function countCells(cells: Uint8Array | Uint16Array, size: number): Float64Array {
  const counts = new Float64Array(size);
  for (const cell of cells) counts[cell] = (counts[cell] as number) + 1; // cells are within the size
  return counts;
}

/** Makes the mean over the training rows 0. @returns what it was. */
function centre(shape: Float64Array, counts: Float64Array): number {
  let [sum, count] = [0, 0];
  for (const [at, value] of shape.entries()) {
    sum += value * (counts[at] as number);
    count += counts[at] as number;
  }
  const mean = sum / count;
  for (const [at, value] of shape.entries()) shape[at] = value - mean;
  return mean;
}

function meanOf(shapes: readonly Float64Array[]): Float64Array {
  return (shapes[0] ?? new Float64Array(0)).map(
    (_, at) => shapes.reduce((sum, one) => sum + (one[at] as number), 0) / shapes.length,
  );
}

/**
 * Mean over the members, and the standard error of a delete-a-group jackknife: members share most of their rows, so
 * their spread alone would be far too small.
 *
 * @see B. Efron, R. Tibshirani, An Introduction to the Bootstrap (1993), chapter 11.
 */
function withErrors(members: readonly Float64Array[]): { values: number[]; errors: number[] } {
  const values = [...meanOf(members)];
  const errors = values.map((mean, at) => {
    const squares = members.reduce((sum, one) => sum + ((one[at] as number) - mean) ** 2, 0);
    return Math.sqrt(((members.length - 1) / members.length) * squares);
  });
  return { values, errors };
}
