import type { EpochMs } from '@tidemark/protocol';

/** A session as far as it has come. */
export interface SessionSoFar {
  readonly id: string;
  firstMs: EpochMs;
  lastMs: EpochMs;
  /** Of the last event, which tells two of one moment apart, as the event's id does after it. */
  lastSeq: number;
  lastEventId: string;
  views: number;
}

/** Several devices of one user, and what comes late of the session before. */
const SESSIONS_MAX = 4;
/** A session with a longer pause than this is over. */
export const SESSION_GAP_MS = 1_800_000;

export interface InSession {
  readonly sessionId: string;
  readonly eventId: string;
  readonly seq: number;
  readonly isView: boolean;
}

export function addToSession(sessions: SessionSoFar[], atMs: EpochMs, event: InSession): void {
  const { sessionId, eventId, seq, isView } = event;
  const session = sessions.find(({ id }) => id === sessionId);
  if (!session) {
    sessions.push({
      id: sessionId,
      firstMs: atMs,
      lastMs: atMs,
      lastSeq: seq,
      lastEventId: eventId,
      views: isView ? 1 : 0,
    });
    if (sessions.length > SESSIONS_MAX) sessions.splice(sessions.indexOf(sessions.reduce(earlier)), 1);
    return;
  }
  session.firstMs = Math.min(session.firstMs, atMs);
  if (isView) session.views += 1;
  if (atMs < session.lastMs) return; // the common case first: this is done for every event
  const isLater =
    atMs > session.lastMs || seq > session.lastSeq || (seq === session.lastSeq && eventId > session.lastEventId);
  if (!isLater) return;
  session.lastMs = atMs;
  session.lastSeq = seq;
  session.lastEventId = eventId;
}

/** The one that the latest event belongs to; undefined when that is over. */
export function currentSession(sessions: readonly SessionSoFar[], asOfMs: EpochMs): SessionSoFar | undefined {
  if (sessions.length === 0) return undefined;
  const last = sessions.reduce((a, b) => (earlier(a, b) === a ? b : a));
  return asOfMs - last.lastMs < SESSION_GAP_MS ? last : undefined;
}

/** The one of two that ended before, by time, number in the queue, id: as events are ordered everywhere. */
function earlier(a: SessionSoFar, b: SessionSoFar): SessionSoFar {
  const before = a.lastMs - b.lastMs || a.lastSeq - b.lastSeq || (a.lastEventId < b.lastEventId ? -1 : 1);
  return before < 0 ? a : b;
}
