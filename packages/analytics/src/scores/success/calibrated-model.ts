import { probabilityOf } from '../calibration/log-odds.js';
import type { Conformal } from '../intervals/conformal.js';
import { fitLabelSets } from '../intervals/label-sets.js';
import { fitVennAbers, type VennAbers } from '../intervals/venn-abers.js';
import type { Model } from '../models/model.js';
import { openModel } from '../models/open-model.js';
import { type TrainedModel, type TrainingOptions, trainModel } from '../models/train-model.js';
import { buildTable } from '../table/build-table.js';
import type { RawTable } from '../table/table.js';
import { drawPortrait, type Portrait } from './portrait.js';

/** A model of one outcome, with what is served on top of it. */
export interface CalibratedModel {
  readonly model: Model;
  /** Learnt from rows that the parts of the model which scored them had not seen. */
  readonly vennAbers: VennAbers;
  /** Outcomes that cannot be ruled out at `SET_LEVEL`. */
  readonly labelSets: Conformal;
  /** Absent in files of before it was drawn. */
  readonly portrait?: Portrait;
}

export const SET_LEVEL = 0.9;
/** Scores are told apart to a thousandth: finer steps hold no more, and make the file a hundred times as large. */
const SCORE_STEPS = 1_000;

/** @throws {InputError} in a sentence, when the table cannot be learnt from. */
export function fitCalibrated(
  table: RawTable,
  options: TrainingOptions,
): CalibratedModel & Pick<TrainedModel, 'heldOutLogOdds' | 'labels'> {
  const { model, heldOutLogOdds, labels } = trainModel(buildTable(table), options);
  const scores = heldOutLogOdds.map((logOdds) => stepOf(probabilityOf(logOdds)));
  const scorer = openModel(model);
  const places = scorer.columns.map((name) => table.names.indexOf(name));
  const cells = table.rows.map((row) => places.map((place) => row[place]));
  return {
    model,
    vennAbers: fitVennAbers(scores, labels),
    labelSets: fitLabelSets(scores, labels, SET_LEVEL),
    portrait: drawPortrait(scorer, cells, scores),
    heldOutLogOdds,
    labels,
  };
}

/** To the step that the calibration knows. */
export function stepOf(probability: number): number {
  return Math.round(probability * SCORE_STEPS) / SCORE_STEPS;
}
