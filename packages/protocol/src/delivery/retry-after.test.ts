import { describe, expect, it } from 'vitest';
import { parseRetryAfterMs } from './retry-after.js';

const now = Date.UTC(2026, 0, 5, 10, 0, 0);

describe('parseRetryAfterMs', () => {
  it.each([
    ['0', 0],
    ['120', 120_000],
    [' 5 ', 5_000],
    ['Mon, 05 Jan 2026 10:00:30 GMT', 30_000],
    ['Monday, 05-Jan-26 10:00:30 GMT', 30_000],
    ['Mon, 05 Jan 2026 09:00:00 GMT', 0],
  ])('reads %j', (header, expected) => {
    expect(parseRetryAfterMs(header, now)).toBe(expected);
  });

  it.each([null, undefined, '', 'soon', '-5', '1.5', '1e3', '5s', 'after 10', '2026-01-05'])(
    'makes nothing of %j',
    (header) => {
      expect(parseRetryAfterMs(header, now)).toBeUndefined();
    },
  );

  it('never waits longer than a day, whatever the header says', () => {
    expect(parseRetryAfterMs('99999999999', 0)).toBe(86_400_000);
    expect(parseRetryAfterMs('Fri, 31 Dec 2099 23:59:59 GMT', 0)).toBe(86_400_000);
  });
});
