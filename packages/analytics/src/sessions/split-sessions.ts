import type { EpochMs } from '@tidemark/protocol';

/** A session ends when its visitor does nothing for longer than this: 30 minutes, the convention of web analytics. */
export const SESSION_GAP_MS = 30 * 60_000;

/**
 * Cuts one visitor's events into sessions: a gap of MORE than the limit between two neighbours starts a new session,
 * a gap of exactly the limit does not. Every event counts, not only page views: who fetches or clicks is still there.
 * A session has no longest duration and does not end at midnight.
 *
 * @param events - of one visitor, by time; equal times are allowed and keep their order.
 * @param timeOf - when the event happened, epoch milliseconds.
 * @param gapMs - the longest gap inside a session, milliseconds.
 * @returns the sessions in order, none empty; one after another they are `events` again. None for no events.
 * @throws {RangeError} when the events are not in order of time.
 */
export function splitSessions<Event>(
  events: readonly Event[],
  timeOf: (event: Event) => EpochMs,
  gapMs: number = SESSION_GAP_MS,
): Event[][] {
  const sessions: Event[][] = [];
  let current: Event[] = [];
  let lastMs = Number.NEGATIVE_INFINITY;
  for (const event of events) {
    const atMs = timeOf(event);
    if (!(atMs >= lastMs)) throw new RangeError(`events must be in order of time: ${atMs} follows ${lastMs}`);
    if (atMs - lastMs > gapMs) {
      current = [];
      sessions.push(current);
    }
    current.push(event);
    lastMs = atMs;
  }
  return sessions;
}
