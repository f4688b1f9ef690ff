import { sigmoid } from '../../stats/sigmoid.js';
import { binCount, firstValueBin } from '../binning/feature-bins.js';
import type { TrainingSet } from '../binning/training-set.js';
import { shuffle } from '../sampling/stratified-folds.js';
import type { FeatureShape } from './find-split.js';
import { createTreeGrower, type GrowthRules } from './grow-tree.js';
import { compileForest, type TreeNode, treeValue } from './tree.js';

export interface BoostingRules extends GrowthRules {
  readonly maxTrees: number;
  /** Trees without a better loss on the rows held out after which it stops. */
  readonly patience: number;
  /** Share of the rows, and of the features, each tree sees. */
  readonly rowRatio: number;
  readonly featureRatio: number;
  /** Rows a tree sees at most: more of them would find the same few splits. */
  readonly mostRows: number;
}

export interface BoostedTrees {
  /** Log-odds of every row before the first tree. */
  readonly base: number;
  readonly trees: readonly (readonly TreeNode[])[];
  /** Log-odds of the rows held out, in their order. */
  readonly heldOutLogOdds: Float64Array;
}

/**
 * Gradient boosting of the log-loss with Newton steps, stopped by the loss on rows held out.
 *
 * @param inTraining - rows to learn from, ascending.
 * @param heldOut - rows that say when to stop, ascending.
 * @see J. H. Friedman, "Greedy function approximation: a gradient boosting machine", 2001, and "Stochastic gradient
 *   boosting", 2002.
 */
export function boost(
  set: TrainingSet,
  inTraining: Int32Array,
  heldOut: Int32Array,
  rules: BoostingRules,
  random: () => number,
): BoostedTrees {
  const { codes, labels } = set;
  const shapes = set.features.map(
    (bins, at): FeatureShape => ({
      isCategory: bins.kind === 'category',
      bins: binCount(bins),
      firstValue: firstValueBin(bins),
      direction: set.directions[at] ?? 0,
    }),
  );
  const grow = createTreeGrower(codes, shapes, rules);
  const ratio = Math.min(rules.rowRatio, rules.mostRows / inTraining.length);
  const sample = createRowSampler(inTraining, ratio, random);
  const base = logOddsOf(labels, inTraining);
  const logOdds = new Float64Array(labels.length).fill(base);
  const gradients = new Float64Array(labels.length);
  const hessians = new Float64Array(labels.length);
  const trees: (readonly TreeNode[])[] = [];
  let best = { loss: logLossOf(logOdds, labels, heldOut), trees: 0 };
  while (trees.length < rules.maxTrees && trees.length - best.trees < rules.patience) {
    const [seen, unseen] = sample();
    writeGradients(logOdds, labels, seen, gradients, hessians);
    const grown = grow(seen, sampleFeatures(shapes.length, rules.featureRatio, random), gradients, hessians);
    for (const { start, end, value } of grown.leaves) {
      for (let at = start; at < end; at += 1) {
        const row = seen[at] as number; // in range
        logOdds[row] = (logOdds[row] as number) + value;
      }
    }
    const forest = compileForest([grown.nodes]);
    for (const rows of [unseen, heldOut]) {
      for (let at = 0; at < rows.length; at += 1) {
        const row = rows[at] as number; // in range
        logOdds[row] = (logOdds[row] as number) + treeValue(forest, 0, codes, row);
      }
    }
    trees.push(grown.nodes);
    const loss = logLossOf(logOdds, labels, heldOut);
    if (loss < best.loss) best = { loss, trees: trees.length };
  }
  const kept = trees.slice(0, best.trees);
  return { base, trees: kept, heldOutLogOdds: logOddsUnder(kept, base, codes, heldOut) };
}

/** The log-odds of the positive share, half a row of each outcome added so that it is finite. */
export function logOddsOf(labels: Uint8Array, rows: Int32Array): number {
  let positives = 0;
  for (const row of rows) positives += labels[row] as number; // in range
  return Math.log((positives + 0.5) / (rows.length - positives + 0.5));
}

/** Mean over the rows of ln(1 + exp(-z)) for positives, ln(1 + exp(z)) for negatives; no overflow. */
export function logLossOf(logOdds: Float64Array, labels: Uint8Array, rows: Int32Array): number {
  let sum = 0;
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] as number; // in range
    const signed = labels[row] ? -(logOdds[row] as number) : (logOdds[row] as number);
    sum += Math.max(signed, 0) + Math.log1p(Math.exp(-Math.abs(signed)));
  }
  return sum / Math.max(1, rows.length);
}

function writeGradients(
  logOdds: Float64Array,
  labels: Uint8Array,
  rows: Int32Array,
  gradients: Float64Array,
  hessians: Float64Array,
): void {
  for (let at = 0; at < rows.length; at += 1) {
    const row = rows[at] as number; // in range
    const probability = sigmoid(logOdds[row] as number);
    gradients[row] = probability - (labels[row] as number);
    hessians[row] = Math.max(probability * (1 - probability), 1e-9);
  }
}

/** Gives rows to see and rows left out, in two buffers that the next call fills anew. */
function createRowSampler(
  rows: Int32Array,
  ratio: number,
  random: () => number,
): () => readonly [seen: Int32Array, unseen: Int32Array] {
  const [seen, unseen] = [new Int32Array(rows.length), new Int32Array(rows.length)];
  return () => {
    let [first, second] = [0, 0];
    for (let at = 0; at < rows.length; at += 1) {
      const row = rows[at] as number; // in range
      if (ratio >= 1 || random() < ratio) seen[first++] = row;
      else unseen[second++] = row;
    }
    return [seen.subarray(0, first), unseen.subarray(0, second)];
  };
}

function sampleFeatures(count: number, ratio: number, random: () => number): Int32Array {
  const features = Int32Array.from({ length: count }, (_, at) => at);
  shuffle(features, random);
  return features.slice(0, Math.max(1, Math.ceil(count * ratio))).sort();
}

function logOddsUnder(
  trees: readonly (readonly TreeNode[])[],
  base: number,
  codes: readonly Uint8Array[],
  rows: Int32Array,
): Float64Array {
  const forest = compileForest(trees);
  const logOdds = new Float64Array(rows.length).fill(base);
  for (let tree = 0; tree < trees.length; tree += 1) {
    for (let at = 0; at < rows.length; at += 1) {
      logOdds[at] = (logOdds[at] as number) + treeValue(forest, tree, codes, rows[at] as number); // in range
    }
  }
  return logOdds;
}
