import type { EpochMs, EventBatch, ServerBatch } from '@tidemark/protocol';

/** What a device, or the platform's own server, sends; the latter carries no `sentAt` and goes signed. */
export type SimulatedBatch = EventBatch | ServerBatch;

export interface Posted {
  /** When it leaves. */
  readonly at: EpochMs;
  readonly batch: SimulatedBatch;
}
