import type { BatchId } from './ids.js';

/** So many batches may be asked after at once. */
export const ASKED_BATCHES_MAX = 50;

/**
 * The answer to `GET /v1/acks`: of the batches asked after, those whose events are all on disk (or were rejected), and
 * those the collector does not remember. Not remembered says nothing: send such a batch again.
 */
export interface DurableBatches {
  readonly durable: readonly BatchId[];
  readonly unknown: readonly BatchId[];
}
