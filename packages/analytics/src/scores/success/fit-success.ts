import type { OrderSide } from '@tidemark/protocol';
import { fitHazards, type HazardModel } from '../hazard/fit-hazards.js';
import { logisticLearner } from '../hazard/learner.js';
import { fitPartialFills, type PartialFillModel } from '../hazard/partial-fills.js';
import { CANCELLED, FILLED } from '../hazard/person-periods.js';
import type { ModelKind } from '../models/model.js';
import { inputError } from '../table/input-error.js';
import { type ActivityReport, activityReport } from './activity-report.js';
import { type CalibratedModel, fitCalibrated } from './calibrated-model.js';
import { type CustomerFit, fitCustomer } from './fit-customer.js';
import { numericColumns } from './numeric-columns.js';
import { ORDER_COLUMNS } from './order-columns.js';
import type { MarketHours } from './order-desk.js';
import type { DecidedOrder } from './order-history.js';

export const SUCCESS_FORMAT = 'tidemark-success';
export const SUCCESS_VERSION = 1;
export const ORDER_SIDES = ['subscribe', 'sell'] as const satisfies readonly OrderSide[];

export interface SideModel {
  /** P(fillRatio > 0), P(fillRatio = 1). */
  readonly any: CalibratedModel;
  readonly full: CalibratedModel;
  /** E[fillRatio | partial] is its third part. */
  readonly fills: PartialFillModel<readonly number[]>;
  /** Half hours of the trade day's session until the first fill. */
  readonly time: HazardModel<readonly number[]>;
  readonly activity: ActivityReport;
}

/** All that is said about an order before it is placed; plain JSON. */
export interface SuccessModel {
  readonly format: typeof SUCCESS_FORMAT;
  readonly version: typeof SUCCESS_VERSION;
  readonly sides: Readonly<Record<OrderSide, SideModel>>;
  /** Absent in files of before there were scorecards. */
  readonly customer?: CustomerFit;
}

export interface SuccessOptions {
  /** Boosting unless told otherwise. */
  readonly kind?: ModelKind;
  readonly seed?: number;
  readonly trainedAtMs?: number;
}

export const PERIOD_MS = 30 * 60_000;

/**
 * Learns from orders whose day is over; those of both sides are needed.
 *
 * @param orders - as `decidedOrders` gives them; those not resolved are left out.
 * @throws {InputError} in a sentence, when there are too few orders or only one outcome.
 */
export function fitSuccess(
  orders: readonly DecidedOrder[],
  hours: MarketHours,
  options: SuccessOptions = {},
): SuccessModel {
  const resolved = orders.filter((order) => order.resolved);
  const ofSide = (side: OrderSide): SideModel => {
    const own = resolved.filter((order) => order.side === side);
    if (own.length === 0) {
      throw inputError(
        `No order to ${side} is over yet: train when the first trade days with such orders have closed.`,
      );
    }
    return fitSide(own, hours, options);
  };
  return {
    format: SUCCESS_FORMAT,
    version: SUCCESS_VERSION,
    sides: { subscribe: ofSide('subscribe'), sell: ofSide('sell') },
    customer: fitCustomer(resolved, options),
  };
}

function fitSide(orders: readonly DecidedOrder[], hours: MarketHours, options: SuccessOptions): SideModel {
  const activity = activityReport(orders);
  const learn = (target: string, hit: (order: DecidedOrder) => boolean): CalibratedModel =>
    fitTarget(orders, target, hit, activity.agrees, options);
  const learner = logisticLearner();
  const numbers = orders.map(({ columns }) => numericColumns(columns));
  const columns = (numbers[0] ?? []).map((_, at) => Float64Array.from(numbers, (row) => row[at] ?? 0));
  const periods = periodsOf(hours);
  return {
    any: learn('any_fill', ({ outcome }) => outcome.fillRatio > 0),
    full: learn('full_fill', ({ outcome }) => outcome.fillRatio === 1),
    fills: fitPartialFills(
      columns,
      orders.map(({ outcome }) => outcome.fillRatio),
      learner,
    ),
    time: fitHazards(
      {
        lastPeriod: orders.map((order) => Math.min(periods, lastPeriodOf(order, hours))),
        ending: orders.map(({ outcome }) => endingOf(outcome)),
      },
      columns,
      periods,
      learner,
    ),
    activity,
  };
}

function fitTarget(
  orders: readonly DecidedOrder[],
  target: string,
  hit: (order: DecidedOrder) => boolean,
  risesWithTrading: boolean,
  { kind = 'boosting', seed = 1, trainedAtMs }: SuccessOptions,
): CalibratedModel {
  const rows = orders.map((order) => [...ORDER_COLUMNS.map((name) => order.columns[name]), hit(order) ? 1 : 0]);
  const {
    heldOutLogOdds: _,
    labels: __,
    ...calibrated
  } = fitCalibrated(
    { names: [...ORDER_COLUMNS, target], rows },
    {
      kind,
      target,
      seed,
      monotone: risesWithTrading ? { trades_settled: 1 } : {},
      ...(trainedAtMs !== undefined && { trainedAtMs }),
    },
  );
  return calibrated;
}

function periodsOf({ sessionMs }: MarketHours): number {
  return Math.max(1, Math.ceil(sessionMs / PERIOD_MS));
}

/** Which half hour of its session an order's first fill or end lies in; from 1. */
function lastPeriodOf({ placedAt, outcome }: DecidedOrder, hours: MarketHours): number {
  const until = hours.untilCutOffMs(placedAt) ?? hours.sessionMs;
  const startsAt = placedAt + Math.max(0, until - hours.sessionMs);
  const at = outcome.firstFillAt ?? outcome.endedAt ?? placedAt + until;
  return 1 + Math.max(0, Math.floor((at - startsAt) / PERIOD_MS));
}

function endingOf({ firstFillAt, how }: DecidedOrder['outcome']): number {
  if (firstFillAt !== undefined) return FILLED;
  return how === 'open' || how === 'expired' ? 0 : CANCELLED;
}
