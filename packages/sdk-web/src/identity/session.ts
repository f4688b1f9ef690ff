import type { EpochMs, SessionId } from '@tidemark/protocol';
import { boundedTime } from '../browser/clock.js';
import { newId } from '../browser/random-uuid.js';
import { readJson, type SmallStorage } from '../browser/small-storage.js';
import { isUuid } from './visitor.js';

export interface Session {
  readonly sessionId: SessionId;
  readonly startedAt: EpochMs;
}

/** The session an event belongs to, shared by all tabs through storage. */
export interface Sessions {
  /** As of an event at that time: begins a new one after a gap, or when the clock was set back by more than one. */
  at(now: EpochMs): Session;
  /** The one that goes on at that time, which this does not prolong; begins one where there is none. */
  peek(now: EpochMs): Session;
  /** The session that somebody else keeps up goes on here. @returns whether it is one. */
  become(session: Session, now: EpochMs): boolean;
  /** The next event begins a new one. */
  reset(): void;
}

/** Events of a visitor with no gap over 30 minutes. */
export const SESSION_GAP_MS = 30 * 60_000;
/** How often the last activity is written down; a tab that opens within it joins the session all the same. */
const NOTE_EVERY_MS = 5_000;

interface Stored extends Session {
  readonly lastAt: EpochMs;
}

/** @param endAtMidnight - whether a session ends with the day of the device's time zone. */
export function openSessions(storage: SmallStorage, endAtMidnight = false): Sessions {
  let notedAt = 0;
  let current = readStored(storage);

  const isOver = ({ lastAt }: Stored, now: EpochMs): boolean =>
    Math.abs(now - lastAt) > SESSION_GAP_MS ||
    (endAtMidnight && new Date(now).toDateString() !== new Date(lastAt).toDateString());

  function at(now: EpochMs): Session {
    if (!current || isOver(current, now)) {
      const elsewhere = readStored(storage); // another tab may have gone on, or begun anew
      current =
        elsewhere && !isOver(elsewhere, now)
          ? elsewhere
          : { sessionId: newId<SessionId>(now), startedAt: now, lastAt: now };
      notedAt = 0;
    }
    current = { ...current, lastAt: now };
    if (Math.abs(now - notedAt) >= NOTE_EVERY_MS) note(now);
    return current;
  }

  function note(now: EpochMs): void {
    notedAt = now;
    storage.set('session', JSON.stringify(current));
  }

  return {
    at,
    peek: (now) => (current && !isOver(current, now) ? current : at(now)),
    become(session, now) {
      const next = checked({ ...session, lastAt: now });
      if (!next) return false;
      current = next;
      note(now);
      return true;
    },
    reset() {
      current = undefined;
      storage.set('session', '');
    },
  };
}

/** Where somebody else wrote there, we begin anew. */
function readStored(storage: SmallStorage): Stored | undefined {
  return checked((readJson(storage, 'session') ?? {}) as Stored); // checked there, all of it
}

function checked({ sessionId, startedAt, lastAt }: Stored): Stored | undefined {
  const isWhole = isUuid(sessionId) && isTime(startedAt) && isTime(lastAt);
  return isWhole ? { sessionId, startedAt, lastAt } : undefined;
}

/** The collector refuses whole batches over a session that began at no time. */
function isTime(value: number): boolean {
  return value === boundedTime(value);
}
