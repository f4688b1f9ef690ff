/** When to try a failed delivery again. Pure: the caller owns the timer and the randomness. */
export interface BackoffPolicy {
  readonly baseMs: number;
  readonly maxMs: number;
}

/** One second to five minutes, without a limit of attempts: an event outlives any outage its queue outlives. */
export const DELIVERY_BACKOFF: BackoffPolicy = { baseMs: 1_000, maxMs: 300_000 };

/**
 * Full-jitter exponential backoff: uniform in [0, min(maxMs, baseMs * 2^(attempt - 1))).
 *
 * @param attempt - 1 for the first retry.
 * @param random - uniform in [0, 1); tests pass a seeded one.
 * @returns delay in milliseconds.
 * @throws {RangeError} when attempt < 1.
 * @see M. Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 */
export function retryDelayMs(attempt: number, policy: BackoffPolicy, random: () => number): number {
  if (attempt < 1) throw new RangeError('the first attempt is 1');
  return fullJitterMs(attempt, policy, random);
}

/** As `retryDelayMs`, for who counts from 1: a page does not carry the check. */
export function fullJitterMs(attempt: number, policy: BackoffPolicy, random: () => number): number {
  return random() * Math.min(policy.maxMs, policy.baseMs * 2 ** (attempt - 1));
}
