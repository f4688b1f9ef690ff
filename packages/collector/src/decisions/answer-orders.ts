import type { OrderColumns, OrderDesk, OrderScore } from '@tidemark/analytics/scores';
import type { EpochMs, PlacedOrder } from '@tidemark/protocol';
import { type DecisionMoment, type DecisionRecord, recordOf } from './decision-record.js';
import type { Missing, OrderDesks } from './order-desks.js';
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
  const known = knownOf(workspaceId, asked, nowMs, desks, readRecent);
  const columns = known.columnsOf({ ...asked, atMs: nowMs });
  const said = sayOrder(scorer.score(asked.side, columns, recalibration[asked.side]));
  return recordOf(moment, asked, columns, said, known.missing);
}

export interface KnownOfOrders extends Pick<OrderDesk, 'columnsOf'> {
  /** What an average stands for. */
  readonly missing: Missing | undefined;
}

/** What is in memory of a customer's orders, and of the market that they are placed in. */
export function knownOf(
  workspaceId: string,
  asked: Pick<AskedOrder, 'userId' | 'reputation'>,
  nowMs: EpochMs,
  desks: Pick<OrderDesks, 'look'>,
  readRecent: ReadRecentActs,
): KnownOfOrders {
  const { desk, missing } = desks.look(workspaceId, asked.userId);
  const recent = readRecent(workspaceId, asked.userId, nowMs);
  return {
    columnsOf(question) {
      const known = desk.columnsOf({ ...question, recent: recent.columns });
      return missing === undefined ? known : { ...known, ...desk.averageCustomer(), ...ratedAs(asked) };
    },
    missing: missing ?? (recent.isWhole ? undefined : 'recent'),
  };
}

/** What the question itself says of the customer. */
function ratedAs({ reputation }: Pick<AskedOrder, 'reputation'>): Partial<Pick<OrderColumns, 'reputation'>> {
  return reputation === undefined ? {} : { reputation };
}

/** What of an answer the model and the facts alone decide. */
export function sayOrder({ any, reasons, ...rest }: OrderScore) {
  return { ...any, ...rest, reasons: reasons.map(({ text }) => text) };
}
