import type { LogOddsModel } from '../models/log-odds-model.js';
import type { BoostingBody } from './fit-boosting.js';
import { addPath, compileForest, forestValue } from './tree.js';

/** A boosted model ready to score: the mean over its members, their jackknife spread, and who moved it how far. */
export function openBoosting({ features, members }: BoostingBody): LogOddsModel {
  const forest = compileForest(members.flatMap(({ trees }) => trees));
  const base = members.reduce((sum, member) => sum + member.base, 0) / members.length;
  const starts = [0];
  for (const { trees } of members) starts.push((starts.at(-1) ?? 0) + trees.length);
  const treeCount = forest.roots.length;

  return {
    logOdds: (codes) => base + forestValue(forest, 0, treeCount, codes) / members.length,
    standardError(codes) {
      const each = members.map(
        (member, at) => member.base + forestValue(forest, starts[at] ?? 0, starts[at + 1] ?? 0, codes),
      );
      const mean = each.reduce((sum, one) => sum + one, 0) / each.length;
      // Delete-a-group jackknife: members share most of their rows, so that their own spread is too small.
      const squares = each.reduce((sum, one) => sum + (one - mean) ** 2, 0);
      return Math.sqrt(((each.length - 1) / each.length) * squares);
    },
    // Tukey's rule for a jackknife of few groups: Student's t, one degree of freedom less than there are members.
    degreesOfFreedom: Math.max(1, members.length - 1),
    contributions(codes) {
      const sums = new Float64Array(features.length);
      for (let tree = 0; tree < treeCount; tree += 1) addPath(forest, tree, codes, sums);
      return sums.map((sum) => sum / members.length);
    },
  };
}
