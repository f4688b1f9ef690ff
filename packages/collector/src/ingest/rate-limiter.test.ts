import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRateLimiter } from './rate-limiter.js';

function start(ratePerSecond: number, burstSeconds: number, capacity = 1_000) {
  const clock = { ms: 5_000 };
  const limiter = createRateLimiter({ ratePerSecond, burstSeconds, capacity, nowMs: () => clock.ms });
  return { clock, limiter };
}

/** The bucket as a textbook has it, for one subject. */
function textbookBucket(ratePerSecond: number, burst: number, startMs: number) {
  let tokens = burst;
  let atMs = startMs;
  return {
    take(nowMs: number): boolean {
      tokens = Math.min(burst, tokens + ((nowMs - atMs) * ratePerSecond) / 1_000);
      atMs = nowMs;
      if (tokens < 1 - 1e-9) return false;
      tokens -= 1;
      return true;
    },
  };
}

const rates = fc.integer({ min: 1, max: 500 });
const bursts = fc.integer({ min: 1, max: 20 });
const gaps = fc.array(fc.integer({ min: 0, max: 3_000 }), { minLength: 1, maxLength: 200 });

describe('a token bucket', () => {
  it('takes and refuses as the textbook does, whatever the rate, the burst and the gaps', () => {
    fc.assert(
      fc.property(rates, bursts, gaps, (rate, burstSeconds, steps) => {
        const { clock, limiter } = start(rate, burstSeconds);
        const textbook = textbookBucket(rate, rate * burstSeconds, clock.ms);
        for (const step of steps) {
          clock.ms += step / 7;
          expect(limiter.take('a') === 0).toBe(textbook.take(clock.ms));
        }
      }),
    );
  });

  it('never lets more through in any stretch of time than burst and rate allow', () => {
    fc.assert(
      fc.property(rates, fc.constantFrom(0, 0.5, 1), gaps, (rate, burstSeconds, steps) => {
        const { clock, limiter } = start(rate, burstSeconds);
        const taken: number[] = [];
        for (const step of steps) {
          clock.ms += step / 100;
          if (limiter.take('a') === 0) taken.push(clock.ms);
        }
        const burst = Math.max(1, rate * burstSeconds);
        for (const [i, from] of taken.entries()) {
          for (const [j, to] of taken.slice(i).entries()) {
            expect(j + 1).toBeLessThanOrEqual(burst + ((to - from) * rate) / 1_000 + 1e-6);
          }
        }
      }),
    );
  });

  it('says to the fraction of a millisecond how long to wait: then it takes, and not before', () => {
    fc.assert(
      fc.property(rates, gaps, (rate, steps) => {
        const { clock, limiter } = start(rate, 0.1);
        for (const step of steps) {
          clock.ms += step / 50;
          const waitMs = limiter.take('a');
          if (waitMs === 0) continue;
          clock.ms += waitMs - 0.01;
          expect(limiter.take('a')).toBeGreaterThan(0);
          clock.ms += 0.01 + 1e-6;
          expect(limiter.take('a')).toBe(0);
        }
      }),
    );
  });

  it('is not emptied by what it refuses, nor by another subject', () => {
    const { clock, limiter } = start(10, 1);
    for (let n = 0; n < 10; n++) expect(limiter.take('a')).toBe(0);
    for (let n = 0; n < 1_000; n++) expect(limiter.take('a')).toBeCloseTo(100);
    expect(limiter.take('b')).toBe(0);
    clock.ms += 100;
    expect(limiter.take('a')).toBe(0);
  });

  it('takes the rate of the subject where it has its own', () => {
    const { limiter } = start(1_000, 1);
    expect([limiter.take('a', 1), limiter.take('a', 1)]).toEqual([0, 1_000]);
  });

  it('keeps a bounded number of buckets for a million subjects, and counts those that it forgot too soon', () => {
    const { clock, limiter } = start(100, 10, 10_000);
    for (let n = 0; n < 1_000_000; n++) {
      limiter.take(`subject ${n}`);
      if (n % 100 === 0) clock.ms += 1;
    }
    expect(limiter.size()).toBeLessThanOrEqual(10_000);
    expect(limiter.evicted()).toBe(0); // each was full again after 10 ms
    for (let n = 0; n < 30_000; n++) limiter.take(`another ${n}`);
    expect(limiter.evicted()).toBeGreaterThan(9_000);
  });

  it('does not forget a subject that stays, however many others come', () => {
    const { limiter } = start(10, 1, 1_000);
    let taken = 0;
    for (let n = 0; n < 100_000; n++) {
      if (n % 100 === 0 && limiter.take('stays') === 0) taken++;
      limiter.take(`comes and goes ${n}`);
    }
    expect(taken).toBe(10);
  });
});
