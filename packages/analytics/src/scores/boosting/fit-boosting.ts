import type { FeatureBins } from '../binning/feature-bins.js';
import type { TrainingSet } from '../binning/training-set.js';
import { seededRandom } from '../sampling/seeded-random.js';
import { stratifiedFolds } from '../sampling/stratified-folds.js';
import { type BoostedTrees, type BoostingRules, boost } from './boost.js';
import type { TreeNode } from './tree.js';

/**
 * The same for all data. Small trees of 15 leaves and 40 rows a leaf are what the reference uses; each member sees other
 * rows and each tree other features, since the mean of members that differ is better than any; a low rate with early
 * stopping lets the data choose how many trees.
 */
export const BOOSTING_DEFAULTS: BoostingRules & { readonly members: number } = {
  members: 5,
  leaves: 15,
  learningRate: 0.05,
  l2: 5,
  leastRows: 40,
  leastGain: 1e-6,
  maxTrees: 500,
  patience: 30,
  rowRatio: 0.7,
  featureRatio: 0.5,
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
export function fitBoosting(
  set: TrainingSet,
  seed: number,
  rules: BoostingRules & { readonly members: number },
): Fitted<BoostingBody> {
  const random = seededRandom(seed);
  const folds = stratifiedFolds(set.labels, rules.members, random);
  const heldOutLogOdds = new Float64Array(set.labels.length);
  const members = Array.from({ length: rules.members }, (_, member): BoostingMember => {
    const rows = Int32Array.from(set.labels.keys());
    const heldOut = rows.filter((row) => folds[row] === member);
    const boosted: BoostedTrees = boost(
      set,
      rows.filter((row) => folds[row] !== member),
      heldOut,
      rules,
      random,
    );
    for (const [at, row] of heldOut.entries()) heldOutLogOdds[row] = boosted.heldOutLogOdds[at] as number; // one each
    return { base: boosted.base, trees: boosted.trees };
  });
  return { body: { kind: 'boosting', features: set.features, members }, heldOutLogOdds };
}
