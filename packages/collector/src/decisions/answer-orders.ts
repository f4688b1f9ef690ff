import type { OrderColumns, OrderScore } from '@tidemark/analytics/scores';
import type { PlacedOrder } from '@tidemark/protocol';
import { type DecisionMoment, type DecisionRecord, recordOf } from './decision-record.js';
import type { OrderDesks } from './order-desks.js';
import type { ReadRecentActs } from './recent-acts.js';
import type { ServingModel } from './rolling/serving-book.js';
import type { AskedOrder } from './score-question.js';

/** Answers from memory alone. */
export function answerOrder(
  moment: DecisionMoment,
  asked: AskedOrder | PlacedOrder,
  { scorer, recalibration }: ServingModel,
  desks: Pick<OrderDesks, 'look'>,
  readRecent: ReadRecentActs,
): DecisionRecord {
  const { workspaceId, nowMs } = moment;
  const { desk, missing } = desks.look(workspaceId, asked.userId);
  const recent = readRecent(workspaceId, asked.userId, nowMs);
  const known = desk.columnsOf({ ...asked, recent: recent.columns, atMs: nowMs });
  const columns = missing === undefined ? known : { ...known, ...desk.averageCustomer(), ...ratedAs(asked) };
  const said = sayOrder(scorer.score(asked.side, columns, recalibration[asked.side]));
  return recordOf(moment, asked, columns, said, missing ?? (recent.isWhole ? undefined : 'recent'));
}

/** What the question itself says of the customer. */
function ratedAs({ reputation }: AskedOrder): Partial<Pick<OrderColumns, 'reputation'>> {
  return reputation === undefined ? {} : { reputation };
}

/** What of an answer the model and the facts alone decide. */
export function sayOrder({ any, reasons, ...rest }: OrderScore) {
  return { ...any, ...rest, reasons: reasons.map(({ text }) => text) };
}
