import { evaluateScores, readLabels, type Table, takeRows } from '@tidemark/analytics/scores';
import type { DataSet } from './data-sets.js';

/** Means over the folds. */
export interface FoldFigures {
  readonly auc: number;
  readonly logLoss: number;
  readonly brier: number;
  readonly ece: number;
  readonly lift10: number;
}

/** Learns from a table, its target included, and gives probabilities for the rows of another. */
export type Learner = (train: Table, test: Table, set: DataSet) => Float64Array;

export const FOLDS = 5;

/** Row i, in the order of the file, is tested in fold i mod 5 and learnt from in the others. */
export function crossValidate(table: Table, set: DataSet, folds: number, learn: Learner): FoldFigures {
  const each = Array.from({ length: folds }, (_, fold) => {
    const rows = Int32Array.from({ length: table.rowCount }, (_, row) => row);
    const test = takeRows(
      table,
      rows.filter((row) => row % FOLDS === fold),
    );
    const train = takeRows(
      table,
      rows.filter((row) => row % FOLDS !== fold),
    );
    return evaluateScores(learn(train, test, set), readLabels(test, set.target, set.positive).labels);
  });
  const mean = (name: keyof FoldFigures): number =>
    each.reduce((sum, one) => sum + (one[name] ?? Number.NaN), 0) / each.length;
  return { auc: mean('auc'), logLoss: mean('logLoss'), brier: mean('brier'), ece: mean('ece'), lift10: mean('lift10') };
}
