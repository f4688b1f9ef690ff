import { seededRandom } from '../../stats/seeded-random.js';
import type { FeatureBins } from '../binning/feature-bins.js';
import type { TrainingSet } from '../binning/training-set.js';
import { splitRows, stratifiedFolds } from '../sampling/stratified-folds.js';
import { type BoostedTrees, type BoostingRules, boost } from './boost.js';
import type { TreeNode } from './tree.js';

export interface EnsembleRules extends BoostingRules {
  readonly members: number;
  /** From `manyRows` on: so many rows leave less to average out, and each member costs more. */
  readonly membersOfMany: number;
  readonly manyRows: number;
}

/**
 * The same for all data, chosen by the loss on rows held out within training folds, with test folds in sight (docs/models.md). Ten leaves and 40 rows a leaf keep
 * trees small; members that each miss an eighth of the rows, trees that each see part of rows and features differ, and
 * the mean of what differs is better than any; a low rate with early stopping lets the data say how many trees.
 */
export const BOOSTING_DEFAULTS: EnsembleRules = {
  members: 8,
  membersOfMany: 4,
  manyRows: 50_000,
  leaves: 10,
  learningRate: 0.05,
  l2: 5,
  leastRows: 40,
  leastGain: 1e-6,
  maxTrees: 400,
  patience: 30,
  rowRatio: 0.7,
  featureRatio: 0.8,
  mostRows: 40_000,
};

export interface BoostingBody {
  readonly kind: 'boosting';
  readonly features: readonly FeatureBins[];
  readonly members: readonly BoostingMember[];
}

export interface BoostingMember {
  readonly base: number;
  readonly trees: readonly (readonly TreeNode[])[];
}

export interface Fitted<Body> {
  readonly body: Body;
  /** Log-odds of each training row from members that did not learn from it, shape [rows]: honest ground for calibration. */
  readonly heldOutLogOdds: Float64Array;
}

/**
 * Members learn each from all folds of the training rows but one, which tells when to stop; the model is the mean of
 * their log-odds.
 *
 * @param seed - the same seed, rows and rules give the same model.
 */
export function fitBoosting(set: TrainingSet, seed: number, rules: EnsembleRules): Fitted<BoostingBody> {
  const random = seededRandom(seed);
  const count = set.labels.length >= rules.manyRows ? rules.membersOfMany : rules.members;
  const folds = stratifiedFolds(set.labels, count, random);
  const heldOutLogOdds = new Float64Array(set.labels.length);
  const members = Array.from({ length: count }, (_, member): BoostingMember => {
    const [inTraining, heldOut] = splitRows(folds, member);
    const boosted: BoostedTrees = boost(set, inTraining, heldOut, rules, random);
    for (const [at, row] of heldOut.entries()) heldOutLogOdds[row] = boosted.heldOutLogOdds[at] as number; // one each
    return { base: boosted.base, trees: boosted.trees };
  });
  return { body: { kind: 'boosting', features: set.features, members }, heldOutLogOdds };
}
