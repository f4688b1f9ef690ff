import type { EpochMs } from '@tidemark/protocol';
import type { SeenScore } from '../pipeline/rules/rule-scores.js';
import { answerOrder } from './answer-orders.js';
import { type DecisionRecord, freshness, momentOf } from './decision-record.js';
import type { OrderDesks } from './order-desks.js';
import type { ReadRecentActs } from './recent-acts.js';
import type { ServingBook } from './rolling/serving-book.js';
import type { OrderTerms } from './score-question.js';

export interface SuccessAsked {
  readonly workspaceId: string;
  /** As the app names them; undefined where a visitor is asked about. */
  readonly userId: string | undefined;
  readonly order: OrderTerms | undefined;
}

export interface SeenSuccess {
  readonly score: SeenScore;
  /** Something of what is usually known of an order was not. */
  readonly degradedReason: string | null;
}

/** The probability that an order succeeds, for the rules that name it; from memory alone. */
export type SeeSuccess = (asked: SuccessAsked, nowMs: EpochMs) => SeenSuccess;

export interface SeeSuccessOptions {
  readonly book: Pick<ServingBook, 'serving'>;
  readonly desks: Pick<OrderDesks, 'look' | 'newestMs'>;
  readonly readRecent: ReadRecentActs;
  readonly storedId: (workspaceId: string, userId: string) => string;
  /** Told of each answer, a decision of its own; must not wait. */
  readonly onDecided: (records: readonly DecisionRecord[]) => void;
}

const NAME = 'success_probability';

export function createSeeSuccess({ book, desks, readRecent, storedId, onDecided }: SeeSuccessOptions): SeeSuccess {
  return ({ workspaceId, userId, order }, nowMs) => {
    if (!order) return unasked('No order was asked about.');
    if (userId === undefined) return unasked('An order is that of a user: a visitor was asked about.');
    const serving = book.serving(workspaceId);
    if (!serving) return unseen('No model serves yet: POST /v1/models trains one from the orders so far.');
    const asked = { ...order, userId: storedId(workspaceId, userId) };
    const { missing } = desks.look(workspaceId, asked.userId);
    const newestMs = desks.newestMs(workspaceId);
    // Nobody is refused for what an average customer's order would come to.
    const { degradedReason } = freshness(missing, newestMs);
    if (degradedReason !== null) return unseen(degradedReason);
    const moment = momentOf(workspaceId, serving, nowMs, newestMs);
    const record = answerOrder(moment, asked, serving, desks, readRecent);
    onDecided([record]);
    const { modelVersion, decisionId, answer } = record;
    return {
      score: { name: NAME, kind: 'known', value: answer.probability, modelVersion, decisionId },
      degradedReason: answer.degradedReason,
    };
  };
}

function unasked(reason: string): SeenSuccess {
  return { score: { name: NAME, kind: 'unknown', reason }, degradedReason: null };
}

function unseen(reason: string): SeenSuccess {
  return { score: { name: NAME, kind: 'unknown', reason }, degradedReason: reason };
}
