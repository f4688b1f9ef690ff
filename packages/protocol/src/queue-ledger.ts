import type { EpochMs, QueueId } from './ids.js';

/**
 * What became of the events of one device's queue. Numbers have no gaps on the device, so that
 * `highestSeq = delivered + rejected + dropped + missing`.
 */
export interface QueueLedger {
  readonly queueId: QueueId;
  readonly highestSeq: number;
  /** Durable here. */
  readonly delivered: number;
  /** Refused, and kept with the reason. */
  readonly rejected: number;
  /** Given up by the device after it had numbered them, by its own word. */
  readonly dropped: number;
  /** On their way, or lost. */
  readonly missing: number;
  /** Which numbers never came, as closed ranges, the first hundred; those the device dropped are among them. */
  readonly gaps: readonly (readonly [first: number, last: number])[];
  readonly lastSeenAt: EpochMs;
}
