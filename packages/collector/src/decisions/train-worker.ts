import { createTradingClock, marketHours } from '@tidemark/analytics/orders';
import { chineseCalendar } from '@tidemark/analytics/orders/chinese-calendar';
import {
  type ActLog,
  type DeskEvent,
  decidedOrders,
  fitSuccess,
  isInputError,
  sealSuccess,
} from '@tidemark/analytics/scores';

/** What a training needs; crosses into the worker as it is. */
export interface TrainingTask {
  readonly events: readonly DeskEvent[];
  readonly acts: ActLog;
  /** End of what is known: orders whose trade day ends later are not learnt from. */
  readonly knownUntilMs: number;
  readonly seed: number;
}

export type TrainingResult =
  | { readonly kind: 'trained'; readonly text: string; readonly orders: number }
  /** The events hold too little to learn from; a sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Runs in a thread of its own: the loop that takes events must not wait for a minute of arithmetic. */
export function trainOrders({ events, acts, knownUntilMs, seed }: TrainingTask): TrainingResult {
  const hours = marketHours(createTradingClock({ calendar: chineseCalendar('bank') }));
  try {
    const orders = decidedOrders(events, hours, knownUntilMs, acts).filter(({ resolved }) => resolved);
    const model = fitSuccess(orders, hours, { seed, trainedAtMs: knownUntilMs });
    return { kind: 'trained', text: sealSuccess(model).text, orders: orders.length };
  } catch (error) {
    if (isInputError(error)) return { kind: 'refused', reason: error.message };
    throw error;
  }
}
