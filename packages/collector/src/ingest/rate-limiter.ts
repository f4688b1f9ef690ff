/** Token buckets by subject: each holds `burst` tokens, and so many come back a second. */
export interface RateLimiter {
  /**
   * Takes one token.
   *
   * @param ratePerSecond - of this subject; that of all unless given.
   * @returns 0 when there was one, or the milliseconds until there is.
   */
  take(subject: string, ratePerSecond?: number): number;
  /** Buckets in memory. */
  size(): number;
  /** Buckets that were forgotten before they had filled up again, for want of room. */
  evicted(): number;
}

export interface RateLimiterOptions {
  /** Above 0. */
  readonly ratePerSecond: number;
  /** A bucket holds what comes in so many seconds, and one token at least. */
  readonly burstSeconds: number;
  /** Buckets in memory at most. About 100 bytes each. */
  readonly capacity: number;
  /** Milliseconds of a clock that never goes back. */
  readonly nowMs: () => number;
}

/** Sums of fractions of a millisecond are off by less than this. */
const ROUNDING_MS = 1e-6;

/**
 * One number a bucket: when it will be full again. It is the virtual scheduling form of the token bucket, which needs no
 * timer. A bucket that is full is as good as none, so that forgetting it costs nothing.
 *
 * Two generations keep memory bounded without a list of who came when: a bucket that is used moves to the young one; when
 * that is half of the capacity, the old one goes.
 *
 * @see ITU-T Recommendation I.371, annex A, "generic cell rate algorithm".
 */
export function createRateLimiter({ ratePerSecond, burstSeconds, capacity, nowMs }: RateLimiterOptions): RateLimiter {
  const generationSize = Math.max(1, Math.floor(capacity / 2));
  let young = new Map<string, number>();
  let old = new Map<string, number>();
  let evicted = 0;

  function put(subject: string, fullAtMs: number, now: number): void {
    young.set(subject, fullAtMs);
    if (young.size < generationSize) return;
    for (const [other, otherFullAtMs] of old) if (otherFullAtMs > now && !young.has(other)) evicted++;
    old = young;
    young = new Map();
  }

  return {
    take(subject, rate = ratePerSecond) {
      const now = nowMs();
      const intervalMs = 1_000 / rate;
      const capacityMs = Math.max(intervalMs, burstSeconds * 1_000);
      const known = young.get(subject);
      const before = Math.max(now, known ?? old.get(subject) ?? now);
      const waitMs = before + intervalMs - now - capacityMs;
      const isRefused = waitMs > ROUNDING_MS;
      // Whoever is refused is not forgotten for it: that would give a full bucket to the one who asks the most.
      if (!isRefused || known === undefined) put(subject, isRefused ? before : before + intervalMs, now);
      return isRefused ? waitMs : 0;
    },
    size: () => young.size + old.size,
    evicted: () => evicted,
  };
}
