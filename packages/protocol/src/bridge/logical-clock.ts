import { LIMITS } from '../limits.js';

/**
 * A moment of a hybrid logical clock: milliseconds that run with the wall clock and never behind what was heard of, and a
 * count that orders what falls into one of them.
 *
 * @see S. Kulkarni et al., "Logical Physical Clocks", OPODIS 2014, algorithm 1.
 */
export type Stamp = readonly [ms: number, count: number];

/** One clock for all who talk to one another: what happened after a message was heard is stamped after it was sent. */
export interface LogicalClock {
  /** The stamp of something that happens now, or of a message that leaves now: after every stamp given or heard before. */
  tick(): Stamp;
  /** A message came with this stamp. */
  hear(stamp: Stamp): void;
}

/** Of the count; what comes after it takes the next millisecond. */
export const STAMP_COUNT_MAX = 65_535;

/** @param wallMs - epoch milliseconds; may step. */
export function createLogicalClock(wallMs: () => number): LogicalClock {
  let last: Stamp = [0, 0];
  return {
    tick() {
      const now = Math.floor(wallMs());
      const [ms, count] = last;
      if (now > ms) last = [now, 0];
      else last = count < STAMP_COUNT_MAX ? [ms, count + 1] : [ms + 1, 0];
      return last;
    },
    hear(stamp) {
      if (isStamp(stamp) && isBefore(last, stamp)) last = stamp;
    },
  };
}

export function isBefore(a: Stamp, b: Stamp): boolean {
  return (a[0] - b[0] || a[1] - b[1]) < 0;
}

/** Whether it is one, within the bounds of all device clocks. */
export function isStamp(value: unknown): value is Stamp {
  const [ms, count]: unknown[] = Array.isArray(value) && value.length === 2 ? value : [];
  return isWithin(ms, LIMITS.occurredAtMinMs, LIMITS.occurredAtMaxMs) && isWithin(count, 0, STAMP_COUNT_MAX);
}

function isWithin(value: unknown, min: number, max: number): boolean {
  return Number.isInteger(value) && Number(value) >= min && Number(value) <= max;
}
