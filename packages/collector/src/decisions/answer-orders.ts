import type { OrderScore } from '@tidemark/analytics/scores';
import { type DecisionMoment, type DecisionRecord, recordOf } from './decision-record.js';
import type { ServingModel } from './model-shelf.js';
import type { OrderDesks } from './order-desks.js';
import type { AskedOrder } from './score-question.js';

/** Answers from memory alone. */
export function answerOrder(
  moment: DecisionMoment,
  asked: AskedOrder,
  { scorer }: ServingModel,
  desks: Pick<OrderDesks, 'look'>,
): DecisionRecord {
  const { desk, missing } = desks.look(moment.workspaceId, asked.userId);
  const columns = desk.columnsOf({ ...asked, atMs: moment.nowMs });
  return recordOf(moment, asked, columns, sayOrder(scorer.score(asked.side, columns)), missing);
}

/** What of an answer the model and the facts alone decide. */
export function sayOrder({ any, reasons, ...rest }: OrderScore) {
  return { ...any, ...rest, reasons: reasons.map(({ text }) => text) };
}
