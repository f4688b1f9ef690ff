import { LIMITS } from '@tidemark/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createClock } from './clock.js';

const T = 1_800_000_000_000;
const DAY_MS = 86_400_000;

/** A device whose wall clock and monotonic clock are set by hand. */
function device() {
  const at = { wall: T, ms: 0 };
  const clock = createClock(
    () => at.wall,
    () => at.ms,
  );
  const pass = (ms: number) => {
    at.wall += ms;
    at.ms += ms;
  };
  /** An answer that took `roundTripMs`, from a collector whose clock is `aheadMs` ahead and read it half-way. */
  const answer = (roundTripMs: number, aheadMs: number, readAfterMs = roundTripMs / 2) => {
    const leftAt = at.ms;
    const serverTimeMs = at.wall + readAfterMs + aheadMs;
    pass(roundTripMs);
    clock.learn(serverTimeMs, leftAt, at.ms);
  };
  return { at, clock, pass, answer };
}

describe('createClock', () => {
  it('says whole milliseconds within what the collector takes for a time', () => {
    const { at, clock } = device();
    at.wall = T + 0.9;
    expect(clock.now()).toBe(T);
    at.wall = 42;
    expect(clock.now()).toBe(LIMITS.occurredAtMinMs);
    at.wall = Number.MAX_SAFE_INTEGER;
    expect(clock.now()).toBe(LIMITS.occurredAtMaxMs);
  });

  it('begins an epoch when the wall clock was set by more than two seconds, and only then', () => {
    const { at, clock, pass } = device();
    pass(100_000);
    at.wall += 2_000;
    clock.now();
    expect(clock.steps()).toBe(0);
    at.wall += 1;
    clock.now();
    clock.now();
    expect(clock.steps()).toBe(1);
    at.wall -= DAY_MS;
    clock.now();
    expect(clock.steps()).toBe(2);
  });

  it('tells the time of an epoch that ended with a step back as if nobody had set the clock since', () => {
    const { at, clock, pass } = device();
    pass(1_000);
    at.wall -= DAY_MS;
    clock.now();
    pass(5_000);
    expect(clock.nowIn(0)).toBe(T + 6_000);
    expect(clock.nowIn(1)).toBe(T + 6_000 - DAY_MS);
  });

  it('tells the time by all the clocks that it has had', () => {
    const { at, clock, pass } = device();
    pass(1_000);
    at.wall += DAY_MS;
    clock.now();
    at.wall -= 3 * DAY_MS; // seen by nobody yet
    expect([clock.nowBy(Math.min), clock.nowBy(Math.max)]).toEqual([T + 1_000 - 2 * DAY_MS, T + 1_000 + DAY_MS]);
    pass(5_000);
    expect([clock.nowBy(Math.min), clock.nowBy(Math.max)]).toEqual([T + 6_000 - 2 * DAY_MS, T + 6_000 + DAY_MS]);
  });

  it('takes a leap forward for sleep, after which the clock is the same as before', () => {
    const { at, clock, pass } = device();
    at.wall += DAY_MS;
    clock.now();
    pass(5_000);
    expect(clock.nowIn(0)).toBe(T + 5_000 + DAY_MS);
  });

  it('learns how far it is off, right within the error it names, wherever on its way the answer was given', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 30_000 }),
        fc.integer({ min: -DAY_MS, max: DAY_MS }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        (roundTripMs, aheadMs, share) => {
          const { clock, answer } = device();
          answer(roundTripMs, aheadMs, roundTripMs * share);
          const { offsetMs = Number.NaN, errorMs = Number.NaN } = clock.offset() ?? {};
          expect(Math.abs(offsetMs - aheadMs)).toBeLessThanOrEqual(errorMs + 0.5); // rounded to a millisecond
          expect(errorMs).toBe(Math.ceil(roundTripMs / 2));
        },
      ),
    );
  });

  it('keeps the best of several answers', () => {
    const { clock, answer } = device();
    expect(clock.offset()).toBeUndefined();
    answer(4_000, 60_000, 0);
    expect(clock.offset()).toEqual({ offsetMs: 58_000, errorMs: 2_000 });
    answer(100, 60_000);
    answer(1_000, 60_000, 0);
    expect(clock.offset()).toEqual({ offsetMs: 60_000, errorMs: 50 });
  });

  it('knows no offset in a new epoch before an answer in it', () => {
    const { at, clock, answer } = device();
    answer(100, 60_000);
    at.wall += DAY_MS;
    clock.now();
    expect(clock.offset()).toBeUndefined();
    answer(100, 60_000 - DAY_MS);
    expect(clock.offset()).toEqual({ offsetMs: 60_000 - DAY_MS, errorMs: 50 });
  });

  it('measures in the epoch of the answer when the clock was set while it was on its way', () => {
    const { at, clock, pass } = device();
    pass(50);
    at.wall += DAY_MS;
    pass(50);
    clock.learn(T + 50 + 60_000, 0, 100);
    expect(clock.steps()).toBe(1);
    expect(clock.offset()).toEqual({ offsetMs: 60_000 - DAY_MS, errorMs: 50 });
  });

  it('learns nothing of an answer that tells no time', () => {
    const { clock } = device();
    clock.learn(Number.NaN, 0, 100);
    clock.learn(undefined as unknown as number, 0, 100); // an ack of who knows whom
    expect(clock.offset()).toBeUndefined();
  });
});
