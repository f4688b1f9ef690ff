import {
  CUSTOMER_COLUMNS,
  type KnownColumns,
  type OrderColumns,
  type OrderQuestion,
  type OrderScore,
  RECENT_COLUMNS,
} from '@tidemark/analytics/scores';
import type { EpochMs, PlacedOrder } from '@tidemark/protocol';
import { type Answered, type DecisionMoment, type DecisionRecord, recordOf } from './decision-record.js';
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
): DecisionRecord & { readonly answer: Answered & ReturnType<typeof sayOrder> } {
  const { workspaceId, nowMs } = moment;
  const known = knownOf(workspaceId, asked, nowMs, desks, readRecent);
  const columns = known.columnsOf({ ...asked, atMs: nowMs });
  const said = sayOrder(scorer.score(asked.side, columns, recalibration[asked.side]));
  return recordOf(moment, asked, columns, said, known.missing);
}

export interface KnownOfOrders {
  columnsOf(question: OrderQuestion): KnownColumns;
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
      const uncertain = uncertainOf(asked, missing, recent.isWhole);
      if (uncertain.length === 0) return known;
      const average = missing && { ...desk.averageCustomer(), ...ratedAs(asked) };
      return { ...known, ...average, uncertain };
    },
    missing: missing ?? (recent.isWhole ? undefined : 'recent'),
  };
}

const MARKET_COLUMNS = ['orders_ahead', 'shares_ahead', 'crowd', 'other_side_crowd', 'rush'] as const;

/** Columns that the reasons must not speak of as if they were known. */
function uncertainOf(
  asked: Pick<AskedOrder, 'reputation'>,
  missing: Missing | undefined,
  isRecentWhole: boolean,
): readonly (keyof OrderColumns)[] {
  const told = Object.keys(ratedAs(asked));
  return [
    ...(missing === undefined ? [] : CUSTOMER_COLUMNS.filter((name) => !told.includes(name))),
    ...(missing === 'market' ? MARKET_COLUMNS : []),
    ...(isRecentWhole ? [] : RECENT_COLUMNS),
  ];
}

/** What the question itself says of the customer. */
function ratedAs({ reputation }: Pick<AskedOrder, 'reputation'>): Partial<Pick<OrderColumns, 'reputation'>> {
  return reputation === undefined ? {} : { reputation };
}

/** What of an answer the model and the facts alone decide. */
export function sayOrder({ any, reasons, ...rest }: OrderScore) {
  return { ...any, ...rest, reasons: reasons.map(({ text }) => text) };
}
