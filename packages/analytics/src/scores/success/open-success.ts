import type { OrderSide } from '@tidemark/protocol';
import { calibrate } from '../calibration/calibration.js';
import { orderCourse } from '../hazard/fit-hazards.js';
import { logisticLearner } from '../hazard/learner.js';
import { expectFill } from '../hazard/partial-fills.js';
import type { LabelSet } from '../intervals/label-sets.js';
import type { Reason } from '../models/reasons.js';
import type { Recalibration, RecalibrationLine } from '../rolling/recalibration.js';
import type { Said } from '../rolling/seen-outcome.js';
import type { CustomerColumns } from './customer-columns.js';
import { PERIOD_MS, type SideModel, type SuccessModel } from './fit-success.js';
import { numericColumns } from './numeric-columns.js';
import { type CalibratedProbability, openCalibrated } from './open-calibrated.js';
import { type CustomerScore, openCustomer } from './open-customer.js';
import type { KnownColumns, OrderColumns } from './order-columns.js';
import { orderReasons } from './order-reasons.js';

/** How the model's own word became the probability: with it the same answer can be given again. */
export interface AppliedRecalibration extends Recalibration {
  readonly said: Said;
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
  /** Absent where the model is taken at its word. */
  readonly recalibration?: AppliedRecalibration;
}

export interface SuccessScorer {
  /** @param lines - what became of the last orders of this side; the model is taken at its word without. */
  score(side: OrderSide, columns: KnownColumns, lines?: Recalibration | null): OrderScore;
  /** The probabilities alone, before recalibration. */
  say(side: OrderSide, columns: OrderColumns): Said;
  /** Of somebody whatever they ask for, null when nothing is known of them; or a sentence that says why there is no card. */
  readonly customer: ((columns: CustomerColumns | null) => CustomerScore) | string;
}

const TOO_OLD = 'The model is of before there were scorecards of customers: train it anew.';

export function openSuccess(model: SuccessModel): SuccessScorer {
  const sides = { subscribe: openSide(model.sides.subscribe), sell: openSide(model.sides.sell) };
  const { customer } = model;
  return {
    customer: customer?.kind === 'fitted' ? openCustomer(customer.card) : (customer?.reason ?? TOO_OLD),
    score(side, known, lines = null) {
      const { uncertain: _, ...columns } = known;
      const { reasons, ...score } = sides[side].score(columns, lines);
      return { ...score, reasons: orderReasons(reasons, known, { side }) };
    },
    say: (side, columns) => sides[side].say(columns),
  };
}

function openSide(model: SideModel): {
  score(columns: OrderColumns, lines: Recalibration | null): OrderScore;
  say(columns: OrderColumns): Said;
} {
  const [any, full] = [openCalibrated(model.any), openCalibrated(model.full)];
  const learner = logisticLearner();
  return {
    score(columns, lines) {
      const { points, reasons, outcomes, ...anySaid } = any.score({ ...columns });
      const fullSaid = within(full.probability({ ...columns }), anySaid);
      const ofAny = lines ? recalibrated(anySaid, lines.any) : anySaid;
      const ofFull = lines ? within(recalibrated(fullSaid, lines.full), ofAny) : fullSaid;
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
        ...(lines && {
          recalibration: { ...lines, said: { any: anySaid.probability, full: fullSaid.probability } },
        }),
      };
    },
    say(columns) {
      const ofAny = any.probability({ ...columns });
      return { any: ofAny.probability, full: within(full.probability({ ...columns }), ofAny).probability };
    },
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

/** A line that falls turns the ends of an interval round. */
function recalibrated(
  { probability, low, high }: CalibratedProbability,
  line: RecalibrationLine,
): CalibratedProbability {
  const [one, other] = [low, high].map((end) => calibrate({ kind: 'platt', ...line }, end)) as [number, number]; // of two
  return {
    probability: calibrate({ kind: 'platt', ...line }, probability),
    low: Math.min(one, other),
    high: Math.max(one, other),
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
