import type { EpochMs, OrderSide } from '@tidemark/protocol';

/** What `GET /v1/decisions/{id}` answers beside the decision itself. */
export interface Explanation {
  /** What was known, by name; null for what was not. */
  readonly facts: Readonly<Record<string, string | number | null>> | null;
  /** Whether the model says the same again, digit by digit; null when it is gone. */
  readonly reproduced: boolean | null;
}

/** What of `GET /v1/models/{version}` this page shows; the model's own page has the rest. */
export interface ModelCard {
  readonly version: string;
  readonly sides: Readonly<Record<OrderSide, { readonly any: LearntFrom }>>;
}

export interface LearntFrom {
  readonly rowCount: number;
  readonly positiveCount: number;
  /** Of orders that its parts had not seen, beside that of always saying the share of all. */
  readonly heldOutLogLoss: number;
  readonly baseLogLoss: number;
  readonly trainedAtMs: EpochMs | null;
}
