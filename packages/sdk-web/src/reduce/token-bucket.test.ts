import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createTokenBucket } from './token-bucket.js';

function bucketAt(capacity: number, perSecond: number) {
  let now = 5_000;
  const bucket = createTokenBucket(capacity, perSecond, () => now);
  const takeAll = () => {
    let taken = 0;
    while (bucket.take()) taken++;
    return taken;
  };
  const wait = (ms: number) => {
    now += ms;
  };
  return { bucket, takeAll, wait };
}

describe('createTokenBucket', () => {
  it('gives its capacity at once, and then what has come back', () => {
    const { takeAll, wait } = bucketAt(20, 10);
    expect(takeAll()).toBe(20);
    wait(99);
    expect(takeAll()).toBe(0);
    wait(1);
    expect(takeAll()).toBe(1);
    wait(500);
    expect(takeAll()).toBe(5);
  });

  it('saves up no more than its capacity', () => {
    const { takeAll, wait } = bucketAt(20, 10);
    wait(3_600_000);
    expect(takeAll()).toBe(20);
    wait(3_600_000);
    expect(takeAll()).toBe(20);
  });

  it('never gives more than capacity and rate allow, and never less than the rate, however it is asked', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 1, maxLength: 200 }), (pauses) => {
        const { bucket, wait } = bucketAt(7, 4);
        let [taken, elapsed] = [0, 0];
        for (const pause of pauses) {
          wait(pause);
          elapsed += pause;
          if (bucket.take()) taken++;
        }
        expect(taken).toBeLessThanOrEqual(7 + (4 * elapsed) / 1_000 + 1e-6);
        expect(taken).toBeGreaterThanOrEqual(Math.min(pauses.length, 7));
      }),
    );
  });
});
