import { randomUUID } from 'node:crypto';
import type { CustomerColumns, KnownColumns } from '@tidemark/analytics/scores';
import type { EpochMs, PlacedOrder } from '@tidemark/protocol';
import type { KeptModel } from './model-shelf.js';
import type { Missing } from './order-desks.js';
import type { AskedCustomer, AskedOrder } from './score-question.js';

/** What every answer says of itself. */
export interface Answered {
  readonly decisionId: string;
  readonly userId: string;
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
  readonly asked: AskedOrder | PlacedOrder | AskedCustomer;
  /** Null for a customer of whom nothing was known. */
  readonly columns: KnownColumns | CustomerColumns | null;
  readonly answer: Answered;
}

/** One question among those of a request. */
export interface DecisionMoment {
  readonly workspaceId: string;
  readonly nowMs: EpochMs;
  readonly newestMs: EpochMs | undefined;
  readonly decisionId: string;
  readonly modelVersion: string;
}

/** @param newestMs - when the newest event of the workspace was taken in. */
export function momentOf(
  workspaceId: string,
  { version }: Pick<KeptModel, 'version'>,
  nowMs: EpochMs,
  newestMs: EpochMs | undefined,
): DecisionMoment {
  return { workspaceId, nowMs, newestMs, decisionId: randomUUID(), modelVersion: version };
}

const REASONS: Readonly<Record<Missing, string>> = {
  market:
    'The market of before this collector started is still being read: queues and crowds are too small, the customer is taken for an average one.',
  customer: 'The customer is not in memory yet and is being read: taken for an average one. Ask again.',
  recent:
    "Some numbers of the customer's last 24 hours are lower bounds: they are still being read, or other collectors count, too.",
};

/** @param said - what the model answers. */
export function recordOf<Said extends Pick<Answered, 'points' | 'reasons'>>(
  { workspaceId, nowMs, newestMs, decisionId, modelVersion }: DecisionMoment,
  asked: DecisionRecord['asked'],
  columns: DecisionRecord['columns'],
  said: Said,
  missing: Missing | undefined,
): DecisionRecord & { readonly answer: Answered & Said } {
  const answer = {
    decisionId,
    userId: asked.userId,
    ...('productId' in asked && { productId: asked.productId, side: asked.side }),
    ...said,
    ...freshness(missing, newestMs),
  };
  return { workspaceId, decisionId, decidedAt: nowMs, modelVersion, asked, columns, answer };
}

/** How far an answer is to be trusted. */
export function freshness(
  missing: Missing | undefined,
  newestMs: EpochMs | undefined,
): Pick<Answered, 'degraded' | 'degradedReason' | 'featuresAsOf'> {
  return {
    degraded: missing !== undefined,
    degradedReason: missing === undefined ? null : REASONS[missing],
    featuresAsOf: newestMs ?? null,
  };
}
