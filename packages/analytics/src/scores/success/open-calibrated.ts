import { type LabelSet, labelSet } from '../intervals/label-sets.js';
import { vennAbersInterval } from '../intervals/venn-abers.js';
import { openModel } from '../models/open-model.js';
import type { Reason } from '../models/reasons.js';
import type { Cell } from '../table/table.js';
import { type CalibratedModel, stepOf } from './calibrated-model.js';

export interface CalibratedProbability {
  readonly probability: number;
  /** Calibration and the model's own error together. */
  readonly low: number;
  readonly high: number;
}

export interface CalibratedScore extends CalibratedProbability {
  readonly points: number;
  readonly reasons: readonly Reason[];
  /** Outcomes at the level of the sets: both mean that the model does not know. */
  readonly outcomes: LabelSet;
}

/** @returns scores what is known of one row, by the names the model was trained with. */
export function openCalibrated({
  model,
  vennAbers,
  labelSets,
}: CalibratedModel): (known: Readonly<Record<string, Cell>>) => CalibratedScore {
  const scorer = openModel(model);
  return (known) => {
    const { probability, low, high, points, reasons } = scorer.score(scorer.columns.map((name) => known[name]));
    const step = stepOf(probability);
    const calibrated = vennAbersInterval(vennAbers, step);
    // The model's own interval as calibration has it, and at least what calibration leaves open itself. Both added up would count
    // the second twice: its ends are those of one more row at the very end of the first.
    const [below, above] = [low, high].map((end) => vennAbersInterval(vennAbers, stepOf(end)).probability);
    return {
      probability: calibrated.probability,
      low: Math.min(calibrated.low, below ?? 0),
      high: Math.max(calibrated.high, above ?? 1),
      outcomes: labelSet(labelSets, step),
      points,
      reasons,
    };
  };
}
