import { compareLogLoss } from '../evaluation/compare-log-loss.js';
import { compareModels, type FigureComparison } from '../evaluation/compare-models.js';

export interface ContestRows {
  /** Of the model in service and of the one that would replace it, on rows new to both; shape [rows]. */
  readonly champion: ArrayLike<number>;
  readonly challenger: ArrayLike<number>;
  readonly labels: ArrayLike<number>;
  /** Rows with the same number share their fate; shape [rows]. */
  readonly groups?: ArrayLike<number>;
}

export interface ContestOptions {
  readonly seed: number;
  /** 1 for the first look at this challenger; each further look has to be surer, or looking often enough would promote anything. */
  readonly look: number;
}

export type ContestVerdict =
  | { readonly kind: 'promote'; readonly logLoss: FigureComparison }
  | {
      readonly kind: 'keep';
      readonly reason: 'too_few_rows' | 'not_better' | 'ranks_worse' | 'worse';
      /** The challenger's less the champion's; null when there were too few rows. */
      readonly logLoss: FigureComparison | null;
    };

/** Fewer of either outcome say too little for a bootstrap of the AUC. */
const FEWEST_OF_EACH = 30;
/** Chance that a challenger no better than the champion is ever promoted, all looks together. */
const FALSE_PROMOTIONS = 0.05;
/** Resamples for each one that lies beyond the interval: its end is drawn from some twenty values. */
const RESAMPLES_A_TAIL = 40;
/** Seconds of work for thousands of rows; from look 15 on the ends are drawn from fewer values. */
const RESAMPLES_MAX = 200_000;

/**
 * A challenger is promoted when its log-loss is better beyond chance and its AUC not worse beyond chance, and never otherwise.
 * Look k has the error .05 / (k (k + 1)), which adds up to .05 over all looks.
 *
 * @throws {RangeError} as `compareModels` does, and when look is not a whole number >= 1.
 */
export function judgeChallenger(rows: ContestRows, { seed, look }: ContestOptions): ContestVerdict {
  if (!(Number.isInteger(look) && look >= 1)) throw new RangeError(`look must be a whole number from 1, got ${look}`);
  let positives = 0;
  for (let row = 0; row < rows.labels.length; row += 1) positives += Number(rows.labels[row]);
  if (Math.min(positives, rows.labels.length - positives) < FEWEST_OF_EACH) {
    return { kind: 'keep', reason: 'too_few_rows', logLoss: null };
  }
  const error = FALSE_PROMOTIONS / (look * (look + 1));
  const { champion, challenger, labels, groups } = rows;
  const draw = { seed, ...(groups && { groups }) };
  const logLoss = compareLogLoss(challenger, champion, labels, {
    ...draw,
    level: 1 - error,
    resamples: Math.min(RESAMPLES_MAX, Math.max(1000, Math.ceil(RESAMPLES_A_TAIL / error))),
  });
  if (logLoss.verdict === 'worse') return { kind: 'keep', reason: 'worse', logLoss };
  if (logLoss.verdict !== 'better') return { kind: 'keep', reason: 'not_better', logLoss };
  // At 95 % whatever the look: a doubt about the ranks keeps the champion.
  const { auc } = compareModels(challenger, champion, labels, draw);
  return auc?.verdict === 'worse' ? { kind: 'keep', reason: 'ranks_worse', logLoss } : { kind: 'promote', logLoss };
}
