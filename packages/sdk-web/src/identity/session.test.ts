import { UUID_PATTERN } from '@tidemark/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { SmallStorage } from '../browser/small-storage.js';
import { openSessions, SESSION_GAP_MS } from './session.js';

const T = 1_800_000_000_000;

function storageWith(content: Record<string, string> = {}): SmallStorage {
  const map = new Map(Object.entries(content));
  return {
    get: (name) => map.get(name),
    set: (name, value) => void map.set(name, value),
    persist: () => undefined,
    clear: () => map.clear(),
  };
}

const openSession = (storage: SmallStorage, endAtMidnight = false) => openSessions(storage, endAtMidnight).at;

describe('openSessions', () => {
  it('goes on over a gap of exactly thirty minutes and begins anew above it', () => {
    const sessionAt = openSession(storageWith());
    const first = sessionAt(T);
    const onTheEdge = sessionAt(T + SESSION_GAP_MS);
    const above = sessionAt(T + 2 * SESSION_GAP_MS + 1);
    expect(onTheEdge.sessionId).toBe(first.sessionId);
    expect(onTheEdge.startedAt).toBe(T);
    expect(above.sessionId).not.toBe(first.sessionId);
    expect(above.startedAt).toBe(T + 2 * SESSION_GAP_MS + 1);
  });

  it('goes on when the clock is set back a little, and begins anew when it is set back by more than a gap', () => {
    const sessionAt = openSession(storageWith());
    const first = sessionAt(T);
    expect(sessionAt(T - 60_000).sessionId).toBe(first.sessionId);
    expect(sessionAt(T - 60_000 - SESSION_GAP_MS - 1).sessionId).not.toBe(first.sessionId);
  });

  it('is the session that another tab kept up, or began', () => {
    const storage = storageWith();
    const one = openSession(storage);
    const started = one(T);
    const two = openSession(storage);
    expect(two(T + 60_000).sessionId).toBe(started.sessionId);
    for (let minute = 1; minute <= 45; minute++) two(T + 60_000 * minute);
    expect(one(T + 46 * 60_000).sessionId).toBe(started.sessionId); // idle here, but not there
    const later = two(T + 120 * 60_000);
    expect(one(T + 121 * 60_000)).toMatchObject({ sessionId: later.sessionId, startedAt: later.startedAt });
  });

  it('splits by gaps and by nothing else', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 2 * SESSION_GAP_MS }), { maxLength: 20 }), (gaps) => {
        const sessionAt = openSession(storageWith());
        let now = T;
        let { sessionId } = sessionAt(now);
        for (const gap of gaps) {
          now += gap;
          const next = sessionAt(now);
          expect(next.sessionId === sessionId).toBe(gap <= SESSION_GAP_MS);
          expect(next.startedAt).toBeLessThanOrEqual(now);
          sessionId = next.sessionId;
        }
      }),
    );
  });

  const id = '01a00000-0000-7000-8000-000000000000';
  it.each([
    ['no JSON', '{'],
    ['null', 'null'],
    ['a number', '7'],
    ['an id that is none', JSON.stringify({ sessionId: 'abc', startedAt: T, lastAt: T })],
    ['a beginning that is no time', JSON.stringify({ sessionId: id, startedAt: 'long ago', lastAt: T })],
    ['a beginning before all clocks', JSON.stringify({ sessionId: id, startedAt: 1, lastAt: T })],
    ['half a time', JSON.stringify({ sessionId: id, startedAt: T - 0.5, lastAt: T })],
    ['no last time', JSON.stringify({ sessionId: id, startedAt: T })],
  ])('begins anew when the storage holds %s', (_, content) => {
    const session = openSession(storageWith({ session: content }))(T);
    expect(session.sessionId).toMatch(new RegExp(UUID_PATTERN));
    expect(session.sessionId).not.toBe(id);
    expect(session.startedAt).toBe(T);
  });

  it('ends with the day of the device where it is told to, and not elsewhere', () => {
    const lateEvening = new Date(2027, 0, 15, 23, 59, 50).getTime();
    const ended = openSession(storageWith(), true);
    const goesOn = openSession(storageWith());
    const [before, stays] = [ended(lateEvening), goesOn(lateEvening)];
    expect(ended(lateEvening + 9_999)).toMatchObject({ sessionId: before.sessionId });
    expect(ended(lateEvening + 10_000)).not.toMatchObject({ sessionId: before.sessionId });
    expect(goesOn(lateEvening + 10_000)).toMatchObject({ sessionId: stays.sessionId });
  });

  it('is not prolonged by who only looks at it, and goes on with the session that it is told', () => {
    const sessions = openSessions(storageWith());
    const first = sessions.peek(T);
    expect(sessions.peek(T + SESSION_GAP_MS).sessionId).toBe(first.sessionId);
    expect(sessions.peek(T + SESSION_GAP_MS + 1).sessionId).not.toBe(first.sessionId);
    const told = { sessionId: first.sessionId, startedAt: T - 5 };
    expect(sessions.become(told, T + 1)).toBe(true);
    expect(sessions.at(T + 2)).toMatchObject(told);
  });

  it('begins anew after a reset, for the pages to come as well', () => {
    const storage = storageWith();
    const sessions = openSessions(storage, false);
    const first = sessions.at(T);
    sessions.reset();
    const second = sessions.at(T + 1);
    expect(second.sessionId).not.toBe(first.sessionId);
    expect(second.startedAt).toBe(T + 1);
    expect(openSession(storage)(T + 2).sessionId).toBe(second.sessionId);
  });
});
