/**
 * Which batches were acknowledged of late, for senders whose answer was lost on the way. Forgetting one is harmless:
 * its sender sends it again, and its events are recognised.
 */
export interface DurableBatches {
  add(workspaceId: string, batchId: string): void;
  has(workspaceId: string, batchId: string): boolean;
}

/** About 10 MB; at a thousand batches a second the last minute and a half. */
const REMEMBERED_BATCHES = 100_000;

/** @param capacity - the oldest go when there are more. */
export function createDurableBatches(capacity = REMEMBERED_BATCHES): DurableBatches {
  const batches = new Set<string>();
  return {
    add(workspaceId, batchId) {
      const key = keyOf(workspaceId, batchId);
      batches.delete(key); // so that it is the youngest again
      batches.add(key);
      const [oldest] = batches;
      if (batches.size > capacity && oldest !== undefined) batches.delete(oldest);
    },
    has: (workspaceId, batchId) => batches.has(keyOf(workspaceId, batchId)),
  };
}

function keyOf(workspaceId: string, batchId: string): string {
  return `${workspaceId} ${batchId.toLowerCase()}`;
}
