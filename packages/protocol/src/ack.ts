import type { BatchId, EpochMs, EventId } from './ids.js';

/** Why one event was not taken. A rejected event will never be taken: the sender deletes it, the collector keeps it. */
export const REJECTION_REASONS = [
  'not_an_object',
  'unknown_type',
  'missing_field',
  'wrong_type',
  'wrong_format',
  'out_of_range',
  'too_long',
  'too_many_props',
  'not_allowed',
  /** It is about somebody who was erased: nothing of it is kept. */
  'subject_erased',
  /** Never in an ack: the store found it later, and the row is kept to be put through again. */
  'refused_by_store',
] as const;
export type RejectionReason = (typeof REJECTION_REASONS)[number];

export interface Rejection {
  /** Position in the batch, from 0. */
  readonly index: number;
  /** Empty when the event had none that could be read. */
  readonly eventId: EventId;
  readonly reason: RejectionReason;
  /** Dotted path of the field, empty when it is the event itself. */
  readonly field: string;
}

/**
 * The answer to a batch, HTTP 202. Every event of the batch that is not in `rejected` is on disk,
 * now or from an earlier attempt, and the sender may delete it.
 */
export interface Ack {
  readonly batchId: BatchId;
  readonly accepted: number;
  readonly duplicate: number;
  readonly rejected: readonly Rejection[];
  readonly serverTimeMs: EpochMs;
  /** Version of the workspace's client configuration; a client that knows another asks for it. */
  readonly configVersion?: string;
}
