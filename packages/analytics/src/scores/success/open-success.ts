import type { OrderSide } from '@tidemark/protocol';
import { orderCourse } from '../hazard/fit-hazards.js';
import { logisticLearner } from '../hazard/learner.js';
import { expectFill } from '../hazard/partial-fills.js';
import type { LabelSet } from '../intervals/label-sets.js';
import type { Reason } from '../models/reasons.js';
import type { CustomerColumns } from './customer-columns.js';
import { PERIOD_MS, type SideModel, type SuccessModel } from './fit-success.js';
import { numericColumns } from './numeric-columns.js';
import { type CalibratedProbability, openCalibrated } from './open-calibrated.js';
import { type CustomerScore, openCustomer } from './open-customer.js';
import type { OrderColumns } from './order-columns.js';
import { orderReasons } from './order-reasons.js';

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
  /** Of somebody whatever they ask for, null when nothing is known of them; or a sentence that says why there is no card. */
  readonly customer: ((columns: CustomerColumns | null) => CustomerScore) | string;
}

const TOO_OLD = 'The model is of before there were scorecards of customers: train it anew.';

export function openSuccess(model: SuccessModel): SuccessScorer {
  const sides = { subscribe: openSide(model.sides.subscribe), sell: openSide(model.sides.sell) };
  const { customer } = model;
  return {
    customer: customer?.kind === 'fitted' ? openCustomer(customer.card) : (customer?.reason ?? TOO_OLD),
    score(side, columns) {
      const { reasons, ...score } = sides[side](columns);
      return { ...score, reasons: orderReasons(reasons, columns, { side }) };
    },
  };
}

function openSide(model: SideModel): (columns: OrderColumns) => OrderScore {
  const [any, full] = [openCalibrated(model.any), openCalibrated(model.full)];
  const learner = logisticLearner();
  return (columns) => {
    const { points, reasons, outcomes, ...ofAny } = any.score({ ...columns });
    const ofFull = within(full.probability({ ...columns }), ofAny);
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
