import type { Direction } from '../binning/training-set.js';
import type { BoostingBody } from '../boosting/fit-boosting.js';
import type { GlassboxBody } from '../glassbox/fit-glassbox.js';
import type { ScorecardBody } from '../scorecard/fit-scorecard.js';
import type { PointsScale } from '../scorecard/points-scale.js';
import type { ColumnKind } from '../table/build-table.js';

export const MODEL_KINDS = ['boosting', 'glassbox', 'scorecard'] as const;
export type ModelKind = (typeof MODEL_KINDS)[number];

export const MODEL_FORMAT = 'tidemark-model';
export const MODEL_VERSION = 1;

export type ModelBody = BoostingBody | GlassboxBody | ScorecardBody;

/** Whether the positive label is what one hopes for (a fill, a purchase) or fears (a default). */
export type PositiveMeaning = 'good' | 'bad';

/** What somebody must know who is to trust the model. */
export interface ModelCard {
  readonly target: string;
  readonly positive: string;
  readonly positiveIs: PositiveMeaning;
  readonly rowCount: number;
  readonly positiveCount: number;
  /** Log-loss on rows each part had not learnt from; beside it, what the base rate alone would have. */
  readonly heldOutLogLoss: number;
  readonly baseLogLoss: number;
  readonly seed: number;
  /** Epoch ms, as the trainer's caller says; null when it does not. */
  readonly trainedAtMs: number | null;
  /** Of the training data: columns, rows and labels in their order. */
  readonly fingerprint: string;
  readonly monotone: Readonly<Record<string, Direction>>;
  readonly specials: readonly number[];
  /** What was left out or is remarkable, a sentence each. */
  readonly notes: readonly string[];
}

/** A trained model: plain JSON. */
export interface Model {
  readonly format: typeof MODEL_FORMAT;
  readonly version: typeof MODEL_VERSION;
  /** What it needs of a row. */
  readonly columns: readonly { readonly name: string; readonly kind: ColumnKind }[];
  readonly scale: PointsScale;
  readonly card: ModelCard;
  readonly body: ModelBody;
}
