import { buildTrainingSet, type Direction } from '../binning/training-set.js';
import { logLossOf, logOddsOf } from '../boosting/boost.js';
import { BOOSTING_DEFAULTS, type Fitted, fitBoosting } from '../boosting/fit-boosting.js';
import { fitGlassbox, GLASSBOX_DEFAULTS } from '../glassbox/fit-glassbox.js';
import { fitScorecard, SCORECARD_DEFAULTS } from '../scorecard/fit-scorecard.js';
import { USUAL_SCALE } from '../scorecard/points-scale.js';
import { checkTraining } from '../table/check-training.js';
import { readLabels } from '../table/read-labels.js';
import { type Column, dropColumns, type Table } from '../table/table.js';
import { findLeaks } from './find-leaks.js';
import { fingerprintOf } from './fingerprint.js';
import {
  MODEL_FORMAT,
  MODEL_VERSION,
  type Model,
  type ModelBody,
  type ModelKind,
  type PositiveMeaning,
} from './model.js';

export interface TrainingOptions {
  readonly kind: ModelKind;
  readonly target: string;
  /** The label that counts; may be left out for 0/1, true/false and yes/no. */
  readonly positive?: string | undefined;
  readonly positiveIs?: PositiveMeaning;
  /** Columns the model must not see, such as what is known only afterwards. */
  readonly drop?: readonly string[];
  readonly monotone?: Readonly<Record<string, Direction>>;
  readonly specials?: readonly number[];
  readonly seed?: number;
  readonly trainedAtMs?: number;
}

export interface TrainedModel {
  readonly model: Model;
  /** Log-odds of the training rows by parts that had not learnt from them, shape [rows]. */
  readonly heldOutLogOdds: Float64Array;
  readonly labels: Uint8Array;
}

/**
 * Bins of numbers for boosting and glass-box: as many as a byte holds besides special codes, since the trees choose
 * among them; categories under ten rows share one.
 */
const FINE_BINS = { maxBins: 200, leastCategoryRows: 10 };
const DEFAULT_SEED = 1;

/**
 * Trains on a table. The same table, options and seed give the same model, to the last digit.
 *
 * @throws {InputError} in a sentence, when the table cannot be learnt from.
 */
export function trainModel(table: Table, options: TrainingOptions): TrainedModel {
  const { target, kind, drop = [], monotone = {}, specials = [], seed = DEFAULT_SEED } = options;
  const { labels, positive } = readLabels(table, target, options.positive);
  const features = dropColumns(table, [target, ...drop]);
  const { columns, notes } = checkTraining(features, labels);
  const { body, heldOutLogOdds } = fitBody(kind, columns, labels, monotone, specials, seed);
  const rows = Int32Array.from(labels.keys());
  const base = logOddsOf(labels, rows);
  const model: Model = {
    format: MODEL_FORMAT,
    version: MODEL_VERSION,
    columns: columns.map((column) => ({ name: column.name, kind: column.kind })),
    scale: USUAL_SCALE,
    card: {
      target,
      positive,
      positiveIs: options.positiveIs ?? 'good',
      rowCount: labels.length,
      positiveCount: labels.reduce((sum, label) => sum + label, 0),
      heldOutLogLoss: logLossOf(heldOutLogOdds, labels, rows),
      baseLogLoss: logLossOf(new Float64Array(labels.length).fill(base), labels, rows),
      seed,
      trainedAtMs: options.trainedAtMs ?? null,
      fingerprint: fingerprintOf({ rowCount: labels.length, columns }, labels),
      monotone,
      specials,
      notes: [...notes, ...findLeaks(columns, labels, specials)],
    },
    body,
  };
  return { model, heldOutLogOdds, labels };
}

function fitBody(
  kind: ModelKind,
  columns: readonly Column[],
  labels: Uint8Array,
  monotone: Readonly<Record<string, Direction>>,
  specials: readonly number[],
  seed: number,
): Fitted<ModelBody> {
  const set = () => buildTrainingSet(columns, labels, { ...FINE_BINS, specials }, monotone);
  switch (kind) {
    case 'boosting':
      return fitBoosting(set(), seed, BOOSTING_DEFAULTS);
    case 'glassbox':
      return fitGlassbox(set(), seed, GLASSBOX_DEFAULTS);
    case 'scorecard':
      set(); // refuses directions that make no sense
      return fitScorecard(columns, labels, monotone, seed, { ...SCORECARD_DEFAULTS, specials });
  }
}
