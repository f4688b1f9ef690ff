/** What the cutter needs to know of a queued event. */
export interface Cuttable {
  /** Events with different contexts never share a batch; compared as they are. */
  readonly contextId: unknown;
  /** Size of the event as JSON. */
  readonly sizeBytes: number;
}

export interface CutPolicy {
  readonly maxEvents: number;
  readonly maxBytes: number;
}

/** A batch that a weak network carries in one go: about 3 kB compressed. */
export const BATCH_CUT: CutPolicy = { maxEvents: 50, maxBytes: 60_000 };

/**
 * How many events from the head of the queue make the next batch: the longest run of one context within both bounds.
 * An event larger than `maxBytes` travels alone, so that it can be refused by name instead of blocking the queue.
 *
 * @returns 0 only for an empty queue.
 */
export function cutBatch(queue: readonly Cuttable[], policy: CutPolicy): number {
  let count = 0;
  let bytes = 0;
  for (const event of queue) {
    bytes += event.sizeBytes;
    if (count === policy.maxEvents || event.contextId !== queue[0]?.contextId) break;
    if (count > 0 && bytes > policy.maxBytes) break;
    count++;
  }
  return count;
}
