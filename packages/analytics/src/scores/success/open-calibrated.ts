import { logOdds, probabilityOf } from '../calibration/log-odds.js';
import { type LabelSet, labelSet } from '../intervals/label-sets.js';
import { vennAbersInterval } from '../intervals/venn-abers.js';
import { openModel, type ScoreInterval } from '../models/open-model.js';
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

/** What is known of one row, by the names the model was trained with. */
type Known = Readonly<Record<string, Cell>>;

export interface CalibratedScorer {
  score(known: Known): CalibratedScore;
  /** The probability alone. */
  probability(known: Known): CalibratedProbability;
}

export function openCalibrated({ model, vennAbers, labelSets }: CalibratedModel): CalibratedScorer {
  const scorer = openModel(model);
  const cellsOf = (known: Known): Cell[] => scorer.columns.map((name) => known[name]);

  function calibrated({ probability, low, high }: ScoreInterval): CalibratedProbability {
    const around = vennAbersInterval(vennAbers, stepOf(probability));
    // Around what calibration says, as far as the model's own interval reaches on the scale of log-odds; at least what calibration
    // itself leaves open. Reading both ends off its curve would not do: where the curve is flat, nothing would be left of them.
    const shift = logOdds(around.probability) - logOdds(probability);
    return {
      probability: around.probability,
      low: Math.min(around.low, probabilityOf(logOdds(low) + shift)),
      high: Math.max(around.high, probabilityOf(logOdds(high) + shift)),
    };
  }

  return {
    score(known) {
      const { points, reasons, ...interval } = scorer.score(cellsOf(known));
      const outcomes = labelSet(labelSets, stepOf(interval.probability));
      return { ...calibrated(interval), outcomes, points, reasons };
    },
    probability: (known) => calibrated(scorer.interval(cellsOf(known))),
  };
}
