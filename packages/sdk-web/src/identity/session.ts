import { type EpochMs, LIMITS, type SessionId, UUID_PATTERN } from '@tidemark/protocol';
import { newId } from '../browser/random-uuid.js';
import type { SmallStorage } from '../browser/small-storage.js';

export interface Session {
  readonly sessionId: SessionId;
  readonly startedAt: EpochMs;
}

/** Events of a visitor with no gap over 30 minutes. */
export const SESSION_GAP_MS = 30 * 60_000;
/** How often the last activity is written down; a tab that opens within it joins the session all the same. */
const NOTE_EVERY_MS = 5_000;

interface Stored extends Session {
  readonly lastAt: EpochMs;
}

/**
 * The session an event belongs to, shared by all tabs through storage.
 *
 * @returns a function to be called with the time of each event; it begins a new session after a gap,
 * or when the clock was set back by more than one.
 */
export function openSession(storage: SmallStorage): (now: EpochMs) => Session {
  let notedAt = 0;
  let current = parse(storage.get('session'));
  return (now) => {
    if (!current || Math.abs(now - current.lastAt) > SESSION_GAP_MS) {
      const elsewhere = parse(storage.get('session')); // another tab may have gone on, or begun anew
      current =
        elsewhere && Math.abs(now - elsewhere.lastAt) <= SESSION_GAP_MS
          ? elsewhere
          : { sessionId: newId<SessionId>(now), startedAt: now, lastAt: now };
      notedAt = 0;
    }
    current = { ...current, lastAt: now };
    if (Math.abs(now - notedAt) >= NOTE_EVERY_MS) {
      notedAt = now;
      storage.set('session', JSON.stringify(current));
    }
    return current;
  };
}

function parse(text: string | undefined): Stored | undefined {
  if (!text) return undefined;
  try {
    const { sessionId, startedAt, lastAt } = JSON.parse(text) as Stored; // checked here, all of it
    const isWhole = new RegExp(UUID_PATTERN).test(sessionId) && isTime(startedAt) && isTime(lastAt);
    return isWhole ? { sessionId, startedAt, lastAt } : undefined;
  } catch {
    return undefined; // the host's storage: whoever wrote there, we begin anew
  }
}

/** The collector refuses whole batches over a session that began at no time. */
function isTime(value: unknown): boolean {
  return Number.isInteger(value) && Number(value) >= LIMITS.occurredAtMinMs && Number(value) <= LIMITS.occurredAtMaxMs;
}
