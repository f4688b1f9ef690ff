import type { CalibratedProbability, OrderColumns, OrderScore } from '@tidemark/analytics/scores';
import type { EpochMs } from '@tidemark/protocol';
import type { ServingModel } from './model-shelf.js';
import type { Missing, OrderDesks } from './order-desks.js';
import type { AskedOrder } from './score-question.js';

/** What is said about one order. */
export interface OrderAnswer extends CalibratedProbability {
  readonly decisionId: string;
  readonly userId: string;
  readonly productId: string;
  readonly side: AskedOrder['side'];
  readonly full: CalibratedProbability;
  readonly fillRatio: number;
  readonly byHours: OrderScore['byHours'];
  readonly outcomes: OrderScore['outcomes'];
  readonly points: number;
  /** Sentences, the dearest first. */
  readonly reasons: readonly string[];
  /** Something of what is usually known was not: the prior of all customers stands for it. */
  readonly degraded: boolean;
  readonly degradedReason: string | null;
  /** When the newest event of the workspace that counts here was taken in; null for none since the start. */
  readonly featuresAsOf: EpochMs | null;
}

/** What was known and asked: with the model's version it gives the same answer again. */
export interface DecisionRecord {
  readonly workspaceId: string;
  readonly decisionId: string;
  readonly decidedAt: EpochMs;
  readonly modelVersion: string;
  readonly asked: AskedOrder;
  readonly columns: OrderColumns;
  readonly answer: OrderAnswer;
}

const REASONS: Readonly<Record<Missing, string>> = {
  market:
    'The market of before this collector started is still being read: queues and crowds are too small, the customer is taken for an average one.',
  customer: 'The customer is not in memory yet and is being read: taken for an average one. Ask again.',
};

/** Answers from memory alone. */
export function answerOrder(
  workspaceId: string,
  asked: AskedOrder,
  { version, scorer }: ServingModel,
  desks: Pick<OrderDesks, 'look' | 'newestMs'>,
  nowMs: EpochMs,
  newId: () => string,
): DecisionRecord {
  const { desk, missing } = desks.look(workspaceId, asked.userId);
  const columns = desk.columnsOf({ ...asked, atMs: nowMs });
  const { any, reasons, ...rest } = scorer.score(asked.side, columns);
  const decisionId = newId();
  const { userId, productId, side } = asked;
  return {
    workspaceId,
    decisionId,
    decidedAt: nowMs,
    modelVersion: version,
    asked,
    columns,
    answer: {
      decisionId,
      userId,
      productId,
      side,
      ...any,
      ...rest,
      reasons: reasons.map(({ text }) => text),
      degraded: missing !== undefined,
      degradedReason: missing === undefined ? null : REASONS[missing],
      featuresAsOf: desks.newestMs(workspaceId) ?? null,
    },
  };
}
