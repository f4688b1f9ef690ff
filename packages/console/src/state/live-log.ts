import type { EventType, LiveEvent } from '@tidemark/protocol';
import type { SurfaceChoice } from './choice.js';

/** Events kept in memory: more than anyone reads, little enough to draw at once. */
export const LIVE_EVENTS_MAX = 200;

/** The last events, newest first. */
export interface LiveLog {
  readonly events: readonly LiveEvent[];
  /** What is shown while paused; undefined while running. */
  readonly frozen: readonly LiveEvent[] | undefined;
  /** Events that came since the pause. */
  readonly missed: number;
}

export const EMPTY_LOG: LiveLog = { events: [], frozen: undefined, missed: 0 };

export interface LiveFilter {
  readonly type: EventType | 'all';
  readonly surface: SurfaceChoice;
  /** Follows one visitor; undefined for all. */
  readonly visitorId: string | undefined;
}

/** @param arrived - in the order of arrival, oldest first. */
export function addToLog(log: LiveLog, arrived: readonly LiveEvent[]): LiveLog {
  if (arrived.length === 0) return log;
  return {
    events: [...[...arrived].reverse(), ...log.events].slice(0, LIVE_EVENTS_MAX),
    frozen: log.frozen,
    missed: log.frozen === undefined ? 0 : log.missed + arrived.length,
  };
}

export function pauseLog(log: LiveLog): LiveLog {
  return log.frozen === undefined ? { ...log, frozen: log.events, missed: 0 } : log;
}

export function resumeLog(log: LiveLog): LiveLog {
  return { ...log, frozen: undefined, missed: 0 };
}

/** What the list shows. */
export function shownEvents(log: LiveLog, filter: LiveFilter): readonly LiveEvent[] {
  return (log.frozen ?? log.events).filter(
    (event) =>
      (filter.type === 'all' || event.type === filter.type) &&
      (filter.surface === 'all' || event.surface === filter.surface) &&
      (filter.visitorId === undefined || event.visitorId === filter.visitorId),
  );
}
