import type { LiveEvent } from '@tidemark/protocol';
import { describe, expect, it } from 'vitest';
import { addToLog, EMPTY_LOG, LIVE_EVENTS_MAX, type LiveFilter, pauseLog, resumeLog, shownEvents } from './live-log.js';

const event = (id: number, other: Partial<LiveEvent> = {}): LiveEvent => ({
  eventId: `e${id}`,
  type: 'click',
  label: '',
  page: '/',
  surface: 'h5',
  appId: 'shop',
  visitorId: 'v1',
  sessionId: 's1',
  occurredAt: id,
  receivedAt: id,
  ...other,
});
const all: LiveFilter = { type: 'all', surface: 'all', visitorId: undefined };
const idsOf = (events: readonly LiveEvent[]) => events.map(({ eventId }) => eventId);

describe('the live log', () => {
  it('shows the newest first', () => {
    const log = addToLog(addToLog(EMPTY_LOG, [event(1), event(2)]), [event(3)]);
    expect(idsOf(shownEvents(log, all))).toEqual(['e3', 'e2', 'e1']);
  });

  it('keeps the last 200 and no more', () => {
    const arrived = Array.from({ length: LIVE_EVENTS_MAX + 5 }, (_, id) => event(id));
    const log = addToLog(EMPTY_LOG, arrived);
    expect(log.events).toHaveLength(LIVE_EVENTS_MAX);
    expect(log.events[0]?.eventId).toBe(`e${LIVE_EVENTS_MAX + 4}`);
  });

  it('stands still while paused, counts what it misses, and shows it afterwards', () => {
    const paused = addToLog(pauseLog(addToLog(EMPTY_LOG, [event(1)])), [event(2), event(3)]);
    expect(idsOf(shownEvents(paused, all))).toEqual(['e1']);
    expect(paused.missed).toBe(2);
    const running = resumeLog(paused);
    expect(idsOf(shownEvents(running, all))).toEqual(['e3', 'e2', 'e1']);
    expect(running.missed).toBe(0);
  });

  it('is filtered by type, surface and visitor', () => {
    const arrived = [
      event(1),
      event(2, { type: 'order' }),
      event(3, { surface: 'native' }),
      event(4, { visitorId: 'v2' }),
    ];
    const log = addToLog(EMPTY_LOG, arrived);
    expect(idsOf(shownEvents(log, { ...all, type: 'order' }))).toEqual(['e2']);
    expect(idsOf(shownEvents(log, { ...all, surface: 'native' }))).toEqual(['e3']);
    expect(idsOf(shownEvents(log, { ...all, visitorId: 'v2' }))).toEqual(['e4']);
  });
});
