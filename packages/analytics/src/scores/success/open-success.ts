import type { OrderSide } from '@tidemark/protocol';
import { orderCourse } from '../hazard/fit-hazards.js';
import { logisticLearner } from '../hazard/learner.js';
import { expectFill } from '../hazard/partial-fills.js';
import { type LabelSet, labelSet } from '../intervals/label-sets.js';
import { vennAbersInterval } from '../intervals/venn-abers.js';
import { openModel } from '../models/open-model.js';
import type { Reason } from '../models/reasons.js';
import { type CalibratedModel, PERIOD_MS, type SideModel, type SuccessModel, stepOf } from './fit-success.js';
import { numericColumns } from './numeric-columns.js';
import type { OrderColumns } from './order-columns.js';
import { orderReasons } from './order-reasons.js';

export interface CalibratedProbability {
  readonly probability: number;
  /** Calibration and the model's own error together. */
  readonly low: number;
  readonly high: number;
}

/** What is said about an order before it is placed. */
export interface OrderScore {
  readonly any: CalibratedProbability;
  /** Never above `any`. */
  readonly full: CalibratedProbability;
  /** E[filled shares / shares]. */
  readonly fillRatio: number;
  /** P(any of it is filled) by so many hours of trading; its last is `any`. */
  readonly byHours: readonly { readonly hours: number; readonly probability: number }[];
  /** Outcomes at the level of the sets: both mean that the model does not know. */
  readonly outcomes: LabelSet;
  readonly points: number;
  readonly reasons: readonly Reason[];
}

export interface SuccessScorer {
  score(side: OrderSide, columns: OrderColumns): OrderScore;
}

interface OpenTarget {
  score(columns: OrderColumns): CalibratedProbability & {
    readonly points: number;
    readonly reasons: readonly Reason[];
    readonly outcomes: LabelSet;
  };
}

export function openSuccess(model: SuccessModel): SuccessScorer {
  const sides = { subscribe: openSide(model.sides.subscribe), sell: openSide(model.sides.sell) };
  return {
    score(side, columns) {
      const { reasons, ...score } = sides[side](columns);
      return { ...score, reasons: orderReasons(reasons, columns, { side }) };
    },
  };
}

function openSide(model: SideModel): (columns: OrderColumns) => OrderScore {
  const [any, full] = [openTarget(model.any), openTarget(model.full)];
  const learner = logisticLearner();
  return (columns) => {
    const { points, reasons, outcomes, ...ofAny } = any.score(columns);
    const ofFull = within(full.score(columns), ofAny);
    const numbers = numericColumns(columns);
    // What the two-part model says of a partial fill; how likely one is say the calibrated models.
    const fill = expectFill(model.fills, numbers, learner);
    const ratioOfPartial =
      fill.fullGivenAny < 1 ? (fill.fillRatio / fill.any - fill.fullGivenAny) / (1 - fill.fullGivenAny) : 0.5;
    const fillRatio = ofFull.probability + (ofAny.probability - ofFull.probability) * ratioOfPartial;
    return {
      any: ofAny,
      full: ofFull,
      fillRatio,
      byHours: byHours(model, columns, numbers, ofAny.probability),
      outcomes,
      points,
      reasons,
    };
  };

  function byHours(
    side: SideModel,
    { hours_to_cut_off: left }: OrderColumns,
    numbers: readonly number[],
    inTheEnd: number,
  ): OrderScore['byHours'] {
    const { filled } = orderCourse(side.time, numbers, learner);
    const hoursAPeriod = PERIOD_MS / 3_600_000;
    const periods = Math.max(1, Math.min(filled.length, Math.ceil((left ?? Number.POSITIVE_INFINITY) / hoursAPeriod)));
    const last = filled[periods - 1] ?? 1;
    return Array.from({ length: periods }, (_, k) => ({
      hours: (k + 1) * hoursAPeriod,
      probability: last > 0 ? (inTheEnd * (filled[k] ?? last)) / last : inTheEnd,
    }));
  }
}

function openTarget({ model, vennAbers, labelSets }: CalibratedModel): OpenTarget {
  const scorer = openModel(model);
  return {
    score(columns) {
      const cells = scorer.columns.map((name) => columns[name as keyof OrderColumns]); // trained on just these
      const { probability, low, high, points, reasons } = scorer.score(cells);
      const [step, below, above] = [probability, low, high].map(stepOf) as [number, number, number];
      return {
        probability: vennAbersInterval(vennAbers, step).probability,
        low: vennAbersInterval(vennAbers, below).low,
        high: vennAbersInterval(vennAbers, above).high,
        outcomes: labelSet(labelSets, step),
        points,
        reasons,
      };
    },
  };
}

/** All of it cannot be likelier than any of it. */
function within(
  { probability, low, high }: CalibratedProbability,
  limit: CalibratedProbability,
): CalibratedProbability {
  return {
    probability: Math.min(probability, limit.probability),
    low: Math.min(low, limit.low),
    high: Math.min(high, limit.high),
  };
}
