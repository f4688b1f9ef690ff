import { LIMITS } from '@tidemark/protocol';

/** Both clocks of a page: the wall, which people set, and the monotonic one, which only runs. */
export interface Clock {
  /** Whole epoch milliseconds, within the bounds of what the collector takes for a time. */
  now(): number;
  /** Milliseconds since the page began; never steps. */
  monotonicMs(): number;
}

export function browserClock(): Clock {
  return {
    // A device that lost its clock says 1970; the collector corrects any time by `sentAt`, but must be able to read it.
    now: () => Math.floor(Math.min(Math.max(Date.now(), LIMITS.occurredAtMinMs), LIMITS.occurredAtMaxMs)),
    monotonicMs: () => performance.now(),
  };
}
