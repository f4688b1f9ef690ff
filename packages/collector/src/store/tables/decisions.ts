import type { EpochMs, OrderSide } from '@tidemark/protocol';
import type { Column } from './column.js';

/** One answer about an order, with all that it takes to give it again. */
export interface DecisionRow {
  readonly workspaceId: string;
  /** A UUID. */
  readonly decisionId: string;
  readonly decidedAt: EpochMs;
  readonly userId: string;
  readonly productId: string;
  /** Empty, like the product, for a decision about somebody and no order. */
  readonly side: OrderSide | '';
  readonly modelVersion: string;
  /** JSON, all three. */
  readonly asked: string;
  readonly facts: string;
  readonly answer: string;
}

export const DECISION_COLUMNS: readonly Column<DecisionRow>[] = [
  { name: 'workspace_id', type: 'String', meaning: 'The workspace.', write: (w, r) => w.string(r.workspaceId) },
  {
    name: 'decision_id',
    type: 'UUID',
    meaning: 'The decision, as its answer names it.',
    write: (w, r) => w.uuid(r.decisionId),
  },
  {
    name: 'decided_at',
    type: "DateTime64(3, 'UTC')",
    meaning: 'When it was asked, by the collector.',
    write: (w, r) => w.int64(r.decidedAt),
  },
  { name: 'user_id', type: 'String', meaning: 'Whose order it is about.', write: (w, r) => w.string(r.userId) },
  { name: 'product_id', type: 'String', meaning: 'Of which product.', write: (w, r) => w.string(r.productId) },
  {
    name: 'order_side',
    type: 'LowCardinality(String)',
    meaning: '`subscribe` (buy shares) or `sell`; empty for a decision about no order.',
    write: (w, r) => w.string(r.side),
  },
  {
    name: 'model_version',
    type: 'LowCardinality(String)',
    meaning: 'Which model answered: the first 16 digits of its checksum; `risk/1`... for allow, review or deny.',
    write: (w, r) => w.string(r.modelVersion),
  },
  { name: 'asked', type: 'String', meaning: 'The question, JSON.', write: (w, r) => w.string(r.asked) },
  {
    name: 'facts',
    type: 'String',
    meaning: 'What was known as of the decision, as the model took it, JSON.',
    write: (w, r) => w.string(r.facts),
  },
  { name: 'answer', type: 'String', meaning: 'The answer, JSON.', write: (w, r) => w.string(r.answer) },
];
