/** Both clocks of a page: the wall, which people set, and the monotonic one, which only runs. */
export interface Clock {
  /** Epoch milliseconds. */
  now(): number;
  /** Milliseconds since the page began; never steps. */
  monotonicMs(): number;
}

export function browserClock(): Clock {
  return {
    now: () => Date.now(),
    monotonicMs: () => performance.now(),
  };
}
