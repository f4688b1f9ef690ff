import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { DELIVERY_BACKOFF, retryDelayMs } from './backoff.js';

describe('retryDelayMs', () => {
  it('is uniform below a bound that doubles until it meets the maximum', () => {
    const almostOne = 1 - 2 ** -53;
    const bounds = [1, 2, 3, 9, 10, 5_000].map((n) => Math.round(retryDelayMs(n, DELIVERY_BACKOFF, () => almostOne)));
    expect(bounds).toEqual([1_000, 2_000, 4_000, 256_000, 300_000, 300_000]);
    expect(retryDelayMs(3, DELIVERY_BACKOFF, () => 0.25)).toBe(1_000);
  });

  it('never leaves its bounds', () => {
    const unit = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 2_000 }), unit, (attempt, random) => {
        const delay = retryDelayMs(attempt, DELIVERY_BACKOFF, () => random);
        expect(delay).toBeGreaterThanOrEqual(0);
        expect(delay).toBeLessThan(DELIVERY_BACKOFF.maxMs);
      }),
    );
  });

  it('refuses an attempt before the first', () => {
    expect(() => retryDelayMs(0, DELIVERY_BACKOFF, () => 0)).toThrow(RangeError);
  });
});
