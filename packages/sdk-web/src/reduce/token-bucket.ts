export interface TokenBucket {
  /** @returns whether there was a token; it is gone now. */
  take(): boolean;
}

/**
 * Lets through what comes in measure, and of a loop gone wild as much as is worth keeping.
 *
 * @param capacity - so many at once, after a rest.
 * @param perSecond - so many come back each second.
 */
export function createTokenBucket(capacity: number, perSecond: number, monotonicMs: () => number): TokenBucket {
  let tokens = capacity;
  let last = monotonicMs();
  return {
    take() {
      const now = monotonicMs();
      tokens = Math.min(capacity, tokens + ((now - last) * perSecond) / 1_000);
      last = now;
      return tokens >= 1 && tokens-- > 0;
    },
  };
}
