import { type MarketHours, roundTrip } from '@tidemark/analytics/scores';
import type { EpochMs } from '@tidemark/protocol';
import { type KnownOfOrders, sayOrder } from './answer-orders.js';
import { freshness } from './decision-record.js';
import type { ServingModel } from './rolling/serving-book.js';
import type { AskedRoundTrip } from './score-question.js';

/**
 * What subscribing now and selling on T+1, or holding, would come to. It is a plan and no decision: nothing is written down.
 *
 * @param newestMs - when the newest event of the workspace was taken in.
 */
export function answerRoundTrip(
  { exitPrice, markPrice = exitPrice, holdPrice = markPrice, ...order }: AskedRoundTrip,
  { scorer, recalibration }: ServingModel,
  known: KnownOfOrders,
  hours: MarketHours,
  nowMs: EpochMs,
  newestMs: EpochMs | undefined,
) {
  const recalibrated: Parameters<typeof roundTrip>[0] = {
    score: (side, columns) => scorer.score(side, columns, recalibration[side]),
  };
  const question = { ...order, side: 'subscribe' as const, atMs: nowMs };
  const plan = { question, exitPrice, markPrice, holdPrice };
  const { subscription, sale, ...trip } = roundTrip(recalibrated, known, hours, plan);
  return {
    ...trip,
    subscription: sayOrder(subscription),
    sale: sayOrder(sale),
    ...freshness(known.missing, newestMs),
  };
}
