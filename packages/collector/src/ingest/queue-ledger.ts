import { brandId, type EpochMs, type QueueLedger } from '@tidemark/protocol';
import { countSeqs, gapsOf, unionOf } from './seq-intervals.js';

/** What is durably known of a queue. */
export interface QueueStory {
  readonly queueId: string;
  /** Closed intervals, as are those refused. */
  readonly delivered: readonly number[];
  readonly rejected: readonly number[];
  /** How many the device says it gave up. */
  readonly dropped: number;
  readonly lastSeenAt: EpochMs;
}

const GAPS_SHOWN = 100;

/**
 * The books of one queue, which always balance: `highestSeq = delivered + rejected + dropped + missing`.
 *
 * An event that was refused once and taken later is delivered. A device may say that it dropped what is here all the same,
 * because the answer was lost: it is given no more drops than there are numbers that never came, and `missing` is 0.
 *
 * @returns undefined when nothing of the queue is known.
 */
export function queueLedger({
  queueId,
  delivered,
  rejected,
  dropped,
  lastSeenAt,
}: QueueStory): QueueLedger | undefined {
  const came = unionOf(delivered, rejected);
  const highestSeq = came.at(-1);
  if (highestSeq === undefined) return undefined;
  const here = countSeqs(came);
  const arrived = countSeqs(delivered);
  const absent = highestSeq - here;
  const givenUp = Math.min(dropped, absent);
  return {
    queueId: brandId(queueId),
    highestSeq,
    delivered: arrived,
    rejected: here - arrived,
    dropped: givenUp,
    missing: absent - givenUp,
    gaps: gapsOf(came, GAPS_SHOWN),
    lastSeenAt,
  };
}
