import type { DeliveryOutcome } from './read-answer.js';

/** A way for batches to leave the device: HTTP to the collector, or something in front of it. */
export interface Carrier {
  /** Until then nothing is claimed: which way it goes is not known yet. */
  readonly ready?: Promise<unknown>;
  /** @param isWanted - asked last: a batch may be forbidden while it is being packed. */
  post(batchId: string, json: string, isWanted: () => boolean): Promise<DeliveryOutcome>;
  /** As `post`, but leaves within this very call: the page may be at its end. Undefined when no more is carried. */
  postLeaving(batchId: string, json: string): Promise<DeliveryOutcome> | undefined;
  /** Bytes that are still carried for a page at its end. */
  roomLeaving(): number;
  /** Which of these batches are durable. Undefined when no answer came. */
  ask(batchIds: readonly string[]): Promise<readonly string[] | undefined>;
}
