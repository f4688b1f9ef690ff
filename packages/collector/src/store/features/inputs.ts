import { days, IS_END, MONTH } from './expressions.js';

/** Of each list the latest so many, as in the oracle. */
const INPUTS_MAX = 20_000;
const latest = (list: string): string => `arraySlice(${list}, -${INPUTS_MAX})`;
/** What sorts events: time, number in the queue, id as text. */
const PLACE = 'at_ms, seq, toString(event_id)';
const IS_ORDER = "event_type IN ('order', 'order_fill', 'order_end', 'settlement')";

const VIEWS = latest(`arraySort(groupArrayIf((${PLACE}, session_id, page, toString(template)), ${MONTH} AND is_view))`);
const ORDERS = latest(
  `arraySort(groupArrayIf((${PLACE}, toString(event_type), toString(order_phase), toString(order_side), order_id, product_id,
    user_id, toFloat64(shares), toFloat64(price), toFloat64(amount), toString(currency)), ${days(365)} AND ${IS_ORDER}))`,
);

/** Lists that features are finished from outside the store, by name; each comes in order. Sessions are numbered from 1. */
export const INPUT_SQL = {
  acts: latest(`arraySort(groupArrayIf(at_ms, ${MONTH} AND is_act))`),
  views: `arrayMap((view, session) -> (view.1, session, view.5, view.6), ${VIEWS} AS view_list,
    arrayEnumerateDense(arrayMap(view -> view.4, view_list)))`,
  dwells: `sumMapIf([page], [toUInt64(dwell_ms)], ${MONTH} AND ${IS_END})`,
  orders: `arrayMap(step -> (step.1, step.4, step.5, step.6, step.7, step.8, step.9, step.10, step.11, step.12, step.13), ${ORDERS})`,
} as const;

export type SqlInput = keyof typeof INPUT_SQL;

export type ViewTuple = readonly [atMs: number, session: number, page: string, template: string];
export type OrderTuple = readonly [
  atMs: number,
  type: string,
  phase: string,
  side: string,
  orderId: string,
  productId: string,
  userId: string,
  shares: number,
  price: number,
  amount: number,
  currency: string,
];
/** As they come in a row. */
export interface InputCells {
  readonly acts: readonly number[];
  readonly views: readonly ViewTuple[];
  readonly dwells: readonly [pages: readonly string[], dwellMs: readonly number[]];
  readonly orders: readonly OrderTuple[];
}
