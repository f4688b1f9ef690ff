import { LIMITS } from '@tidemark/protocol';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clockSkewMs, correctedTime } from './corrected-time.js';

const received = 1_767_609_000_000;

describe('the corrected time', () => {
  it('leaves a clock alone that the network alone explains', () => {
    expect(clockSkewMs(received - 30_000, received)).toBe(0);
    expect(clockSkewMs(received + 30_000, received)).toBe(0);
    expect(correctedTime(received - 5_000, 0, received)).toBe(received - 5_000);
  });

  it('moves the times of a clock that is off, either way', () => {
    expect(clockSkewMs(received - 3_600_000, received)).toBe(3_600_000);
    expect(clockSkewMs(received + 3_600_000, received)).toBe(-3_600_000);
    expect(correctedTime(received - 3_605_000, 3_600_000, received)).toBe(received - 5_000);
  });

  it('lets nothing happen after it was received', () => {
    expect(correctedTime(received + 1, 0, received)).toBe(received);
  });

  it('stays between the first time that an event may tell and the arrival, and keeps the order, whatever a client says', () => {
    const time = fc.integer({ min: LIMITS.occurredAtMinMs, max: LIMITS.occurredAtMaxMs });
    const offset = fc.integer({ min: -LIMITS.occurredAtMaxMs, max: LIMITS.occurredAtMaxMs });
    const known = fc.record({ clockOffsetMs: offset, clockErrorMs: fc.nat(40_000) }, { requiredKeys: [] });
    fc.assert(
      fc.property(time, time, time, known, (sentAt, one, other, offsets) => {
        const skew = clockSkewMs(sentAt, received, offsets);
        const [first, last] = [Math.min(one, other), Math.max(one, other)].map((at) =>
          correctedTime(at, skew, received),
        );
        expect(first).toBeGreaterThanOrEqual(LIMITS.occurredAtMinMs);
        expect(last).toBeGreaterThanOrEqual(first ?? 0);
        expect(last).toBeLessThanOrEqual(received);
      }),
    );
  });

  it('believes what the device measured: finer than the arrival, and right although the upload took minutes', () => {
    const known = { clockOffsetMs: 4_000, clockErrorMs: 120 };
    expect(clockSkewMs(received - 4_050, received, known)).toBe(4_000);
    expect(clockSkewMs(received - 200_000, received, known)).toBe(4_000);
    expect(clockSkewMs(received + 3_600_000, received, { clockOffsetMs: -3_600_500, clockErrorMs: 80 })).toBe(
      -3_600_500,
    );
  });

  it.each([
    [119, 0],
    [-119, 0],
    [120, 120],
    [-120, -120],
  ])('takes an offset of %d ms, known within 120 ms, for %d', (clockOffsetMs, skew) => {
    expect(clockSkewMs(received, received, { clockOffsetMs, clockErrorMs: 120 })).toBe(skew);
  });

  it.each([
    ['that has no error', { clockOffsetMs: 4_000 }],
    ['that is only an error', { clockErrorMs: 100 }],
    ['that is known too badly', { clockOffsetMs: 4_000, clockErrorMs: 30_001 }],
  ])('goes by the arrival instead of an offset %s', (_, known) => {
    expect(clockSkewMs(received - 3_600_000, received, known)).toBe(3_600_000);
  });

  it('believes it although the clock was set, or the device slept, before the batch left', () => {
    const known = { clockOffsetMs: 0, clockErrorMs: 100 };
    expect(clockSkewMs(received - 86_400_000, received, known)).toBe(0);
    expect(clockSkewMs(received + 86_400_000, received, known)).toBe(0);
  });

  it('believes an offset up to the last bounds', () => {
    const furthest = { clockOffsetMs: 3_600_000 + 330_000, clockErrorMs: 30_000 };
    expect(clockSkewMs(received - 3_600_000, received, furthest)).toBe(furthest.clockOffsetMs);
  });
});
