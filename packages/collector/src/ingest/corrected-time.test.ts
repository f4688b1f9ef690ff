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
});
