import type { BatchContext, EpochMs, TrackedEvent } from '@tidemark/protocol';
import type { DeliveredCopies } from './gather-copies.js';
import type { Claim } from './seen-events.js';

/** What of a delivery had been taken before; something was. */
export function describeCopies(
  good: readonly { readonly event: TrackedEvent }[],
  { verdicts, keptUpTo }: Claim,
  context: BatchContext,
  { workspaceId, receivedAt }: { readonly workspaceId: string; readonly receivedAt: EpochMs },
): DeliveredCopies {
  const copies = good.filter((_, at) => verdicts[at] === 'seen').map(({ event }) => event);
  const seqs = copies.map(({ seq }) => seq);
  const kept = seqs.filter((seq) => seq <= keptUpTo);
  const times = copies.map(({ occurredAt }) => occurredAt);
  return {
    workspaceId,
    appId: context.appId,
    queueId: context.queueId,
    visitorId: context.visitorId,
    receivedAt,
    copies: copies.length,
    firstSeq: Math.min(...seqs),
    lastSeq: Math.max(...seqs),
    kept: kept.length,
    keptSeq: Math.max(0, ...kept),
    firstOccurredAt: Math.min(...times),
    lastOccurredAt: Math.max(...times),
  };
}
