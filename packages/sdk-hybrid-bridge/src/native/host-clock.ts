import { createLogicalClock, isBefore, type LogicalClock, type Stamp } from '@tidemark/protocol';

/** The host's logical clock, which can tell how far it is ahead of a page's. */
export interface HostClock extends LogicalClock {
  /** How far the last stamp, or the wall clock if that is later, is ahead of this one; 0 where it is not. Milliseconds. */
  aheadOf(stamp: Stamp): number;
  /** Whether it is more than a day ahead of the latest wall clock: heard, it would carry all stamps to come away for good. */
  isFar(stamp: Stamp): boolean;
}

/** Sides of a bridge are on one device; wall clocks that are further apart are no clocks. */
const FAR_MS = 86_400_000;

/** @param wallMs - epoch milliseconds; may step. */
export function createHostClock(wallMs: () => number): HostClock {
  const clock = createLogicalClock(wallMs);
  let last: Stamp = [0, 0];
  /** The latest: who sets the clock back does not make strangers of the pages that are open. */
  let latestMs = 0;
  return {
    tick() {
      last = clock.tick();
      return last;
    },
    hear(stamp) {
      clock.hear(stamp);
      if (isBefore(last, stamp)) last = stamp;
    },
    isFar([ms]) {
      latestMs = Math.max(latestMs, wallMs());
      return ms - latestMs > FAR_MS;
    },
    aheadOf: ([ms]) => Math.max(0, Math.max(last[0], Math.floor(wallMs())) - ms),
  };
}
