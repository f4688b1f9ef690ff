import { VELOCITY_SPAN_MS } from '@tidemark/analytics/features';
import type { StoreConnection } from '../store/connect.js';
import { type RecentEvent, readRecentEvents } from '../store/features/recent-events.js';
import type { LiveFeatures, RestoredEvents } from './live-features.js';

/** A device that sends without a pause is taken in by parts. */
const TOGETHER_MAX = 1_000;

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
  return live.rebuild(startedMs, async (each) => {
    let together: RecentEvent[] = [];
    const pass = () => {
      const [first] = together;
      if (first) each(restoredEvents(first, together));
      together = [];
    };
    await readRecentEvents(store, span, (event) => {
      const [first] = together;
      if (first && (together.length === TOGETHER_MAX || !isOfTheSame(first, event))) pass();
      together.push(event);
    });
    pass();
  });
}

/** Events of one batch lie together: they arrived at the same moment. */
function isOfTheSame(a: RecentEvent, b: RecentEvent): boolean {
  return (
    a.visitorId === b.visitorId && a.queueId === b.queueId && a.userId === b.userId && a.workspaceId === b.workspaceId
  );
}

function restoredEvents(
  { workspaceId, visitorId, userId, queueId }: RecentEvent,
  events: RecentEvent[],
): RestoredEvents {
  return { workspaceId, subjects: { visitor: visitorId, user: userId, device: queueId }, events };
}
