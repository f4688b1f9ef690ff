export interface TokenBucket {
  /** @returns whether there was a token; it is gone now. */
  take(): boolean;
}

export interface TokenBucketOptions {
  /** So many at once, after a rest. */
  readonly capacity: number;
  /** So many come back each second. */
  readonly perSecond: number;
  readonly monotonicMs: () => number;
}

/** Lets through what comes in measure, and of a loop gone wild as much as is worth keeping. */
export function createTokenBucket({ capacity, perSecond, monotonicMs }: TokenBucketOptions): TokenBucket {
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
