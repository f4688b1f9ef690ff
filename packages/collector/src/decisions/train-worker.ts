import { createTradingClock, marketHours } from '@tidemark/analytics/orders';
import { chineseCalendar } from '@tidemark/analytics/orders/chinese-calendar';
import {
  type ActLog,
  type DeskEvent,
  decidedOrders,
  fitSuccess,
  isInputError,
  judgeRival,
  type ModelKind,
  type Rival,
  type RivalOptions,
  type RivalVerdict,
  type SeenOutcome,
  sealSuccess,
} from '@tidemark/analytics/scores';

/** What a training needs; crosses into the worker as it is. */
export interface TrainingTask {
  readonly events: readonly DeskEvent[];
  readonly acts: ActLog;
  /** End of what is known: orders whose trade day ends later are not learnt from. */
  readonly knownUntilMs: number;
  /** A model of each is trained. */
  readonly kinds: readonly ModelKind[];
  readonly seed: number;
}

export type TrainingResult =
  /** @property texts - a model each, as the kinds were asked for. */
  | { readonly kind: 'trained'; readonly texts: readonly string[]; readonly orders: number }
  /** The events hold too little to learn from; a sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Runs in a thread of its own: the loop that takes events must not wait for a minute of arithmetic. */
export function trainOrders({ events, acts, knownUntilMs, kinds, seed }: TrainingTask): TrainingResult {
  const hours = marketHours(createTradingClock({ calendar: chineseCalendar('bank') }));
  try {
    const orders = decidedOrders(events, hours, knownUntilMs, acts).filter(({ resolved }) => resolved);
    const texts = kinds.map(
      (kind) => sealSuccess(fitSuccess(orders, hours, { kind, seed, trainedAtMs: knownUntilMs })).text,
    );
    return { kind: 'trained', texts, orders: orders.length };
  } catch (error) {
    if (isInputError(error)) return { kind: 'refused', reason: error.message };
    throw error;
  }
}

export interface JudgingTask extends RivalOptions {
  readonly sides: readonly (readonly SeenOutcome[])[];
  readonly rival: Rival;
}

/** The same for the thousands of resamples of a comparison. */
export function judgeOutcomes({ sides, rival, ...options }: JudgingTask): RivalVerdict {
  return judgeRival(sides, rival, options);
}
