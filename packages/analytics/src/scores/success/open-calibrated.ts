import { logOdds, probabilityOf } from '../calibration/log-odds.js';
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
    // Around what calibration says, as far as the model's own interval reaches on the scale of log-odds; at least what calibration
    // itself leaves open. Reading both ends off its curve would not do: where the curve is flat, nothing would be left of them.
    const centre = logOdds(calibrated.probability) - logOdds(probability);
    return {
      probability: calibrated.probability,
      low: Math.min(calibrated.low, probabilityOf(logOdds(low) + centre)),
      high: Math.max(calibrated.high, probabilityOf(logOdds(high) + centre)),
      outcomes: labelSet(labelSets, step),
      points,
      reasons,
    };
  };
}
