import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { SESSION_GAP_MS, splitSessions } from './split-sessions.js';

const identity = (timeMs: number) => timeMs;
/** Gaps around the limit, where a mistake would hide. */
const gap = fc.oneof(
  fc.integer({ min: 0, max: 3 * SESSION_GAP_MS }),
  fc.constantFrom(0, SESSION_GAP_MS - 1, SESSION_GAP_MS, SESSION_GAP_MS + 1),
);
const times = fc.array(gap).map((gaps) => {
  let timeMs = 1_431_857_103_000;
  return gaps.map((gapMs) => (timeMs += gapMs));
});

describe('splitSessions', () => {
  it('keeps a gap of exactly 30 minutes together and cuts at a millisecond more', () => {
    expect(splitSessions([0, 1_800_000], identity)).toEqual([[0, 1_800_000]]);
    expect(splitSessions([0, 1_800_001], identity)).toEqual([[0], [1_800_001]]);
  });

  it('has no sessions without events', () => {
    expect(splitSessions([], identity)).toEqual([]);
  });

  it('refuses events out of order and times that are none', () => {
    expect(() => splitSessions([2, 1], identity)).toThrow(RangeError);
    expect(() => splitSessions([1, Number.NaN], identity)).toThrow(RangeError);
  });

  it('neither loses nor reorders an event', () => {
    fc.assert(
      fc.property(times, (input) => {
        expect(splitSessions(input, identity).flat()).toEqual(input);
      }),
    );
  });

  it('has no gap over the limit inside a session and none within it between two', () => {
    fc.assert(
      fc.property(times, (input) => {
        const sessions = splitSessions(input, identity);
        for (const session of sessions) {
          expect(session.length).toBeGreaterThan(0);
          for (let i = 1; i < session.length; i++) {
            expect(Number(session[i]) - Number(session[i - 1])).toBeLessThanOrEqual(SESSION_GAP_MS);
          }
        }
        for (let i = 1; i < sessions.length; i++) {
          expect(Number(sessions[i]?.[0]) - Number(sessions[i - 1]?.at(-1))).toBeGreaterThan(SESSION_GAP_MS);
        }
      }),
    );
  });

  it('does not depend on where the clock starts', () => {
    fc.assert(
      fc.property(times, fc.integer({ min: -1e12, max: 1e12 }), (input, shiftMs) => {
        const lengths = splitSessions(input, identity).map((session) => session.length);
        expect(splitSessions(input, (timeMs) => timeMs + shiftMs).map((session) => session.length)).toEqual(lengths);
      }),
    );
  });

  it('takes another limit', () => {
    expect(splitSessions([0, 10, 21], identity, 10)).toEqual([[0, 10], [21]]);
  });
});
