import { describe, expect, it } from 'vitest';
import { formatDuration } from './duration.js';

describe('formatDuration', () => {
  it('shows a dash for a duration that is not known, which is not the same as none', () => {
    expect(formatDuration(null)).toBe('–');
    expect(formatDuration(0)).toBe('0 ms');
  });

  it('grows from milliseconds to hours', () => {
    expect([420, 8_400, 65_000, 7_380_000].map(formatDuration)).toEqual(['420 ms', '8.4 s', '1m 05s', '2h 03m']);
  });

  it('never rounds up to a unit it does not show', () => {
    expect([999.4, 999.6, 59_940, 59_960, 3_599_400, 3_599_600].map(formatDuration)).toEqual([
      '999 ms',
      '1.0 s',
      '59.9 s',
      '1m 00s',
      '59m 59s',
      '1h 00m',
    ]);
  });
});
