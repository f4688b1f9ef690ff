import { describe, expect, it } from 'vitest';
import { chineseCalendar } from './chinese-calendar.js';
import { marketHours } from './market-hours.js';
import { createTradingClock } from './trading-clock.js';

const HOUR_MS = 3_600_000;

describe('hours of a market', () => {
  const hours = marketHours(createTradingClock({ calendar: chineseCalendar('bank') }));
  const at = (shanghai: string): number => Date.parse(`${shanghai}+08:00`);

  it('run to the cut-off of the day that an order counts as of', () => {
    expect(hours.untilCutOffMs(at('2026-01-07T10:00'))).toBe(5 * HOUR_MS);
    expect(hours.untilCutOffMs(at('2026-01-07T15:00'))).toBe(24 * HOUR_MS);
    expect(hours.untilCutOffMs(at('2026-01-09T16:00'))).toBe(71 * HOUR_MS); // a Friday
    expect(hours.untilCutOffMs(Number.NaN)).toBeUndefined();
    expect(hours.untilCutOffMs(at('2080-01-07T10:00'))).toBeUndefined(); // no calendar yet
  });

  it('name days from Monday on', () => {
    expect([at('2026-01-05T00:00'), at('2026-01-11T23:00')].map(hours.weekday)).toEqual([1, 7]);
  });
});
