import { VELOCITY_SPAN_MS } from '@tidemark/analytics/features';
import type { StoreConnection } from '../store/connect.js';
import { readRecentEvents } from '../store/features/recent-events.js';
import type { LiveFeatures } from './live-features.js';

/**
 * Gives the features in memory the day before the start. What came since is theirs already; what was accepted before must be in
 * the store by now.
 *
 * @param startedMs - when this process began to accept.
 * @returns how many events there were.
 */
export async function restoreLiveFeatures(
  store: StoreConnection,
  live: Pick<LiveFeatures, 'rebuild'>,
  startedMs: number,
): Promise<number> {
  const span = { sinceMs: startedMs - VELOCITY_SPAN_MS, receivedBeforeMs: startedMs };
  return live.rebuild(startedMs, (each) =>
    readRecentEvents(store, span, (row) => {
      const [workspaceId, visitorId, userId, queueId, sessionId, eventId, type, occurredAtMs, receivedAtMs, seq] = row;
      const [, , , , , , , , , , ipPrefix, orderId, phase, shares, price, currency] = row;
      each({
        workspaceId,
        subjects: { visitor: visitorId, user: userId, device: queueId },
        event: {
          eventId,
          type,
          occurredAtMs,
          receivedAtMs,
          seq,
          queueId,
          sessionId,
          userId,
          ipPrefix,
          orderId,
          phase,
          shares,
          price,
          currency,
        },
      });
    }),
  );
}
