import { createLogicalClock, isBefore, type LogicalClock, type Stamp } from '@tidemark/protocol';

/** The host's logical clock, which can tell how far it is ahead of a page's. */
export interface HostClock extends LogicalClock {
  /** How far the last stamp, or the wall clock if that is later, is ahead of this one; 0 where it is not. Milliseconds. */
  aheadOf(stamp: Stamp): number;
}

/** @param wallMs - epoch milliseconds; may step. */
export function createHostClock(wallMs: () => number): HostClock {
  const clock = createLogicalClock(wallMs);
  let last: Stamp = [0, 0];
  return {
    tick() {
      last = clock.tick();
      return last;
    },
    hear(stamp) {
      clock.hear(stamp);
      if (isBefore(last, stamp)) last = stamp;
    },
    aheadOf: ([ms]) => Math.max(0, Math.max(last[0], Math.floor(wallMs())) - ms),
  };
}
