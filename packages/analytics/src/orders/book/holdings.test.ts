import { describe, expect, it } from 'vitest';
import { chineseCalendar } from '../calendar/chinese-calendar.js';
import { createTradingClock } from '../calendar/trading-clock.js';
import { createHoldings } from './holdings.js';

const at = (text: string) => Date.parse(`${text}+08:00`);
const clock = createTradingClock({ calendar: chineseCalendar() });

describe('holdings', () => {
  it('sell the oldest lots first, and tell what they cost', () => {
    const holdings = createHoldings(clock);
    holdings.bought('ann', 100, 1, at('2026-01-05T10:00'));
    holdings.bought('ann', 20, 1, at('2026-01-05T11:00')); // the same price, the same day: the same lot
    holdings.bought('ann', 50, 1.1, at('2026-01-06T10:00'));
    expect(holdings.lots('ann')).toEqual([
      { shares: 120, price: 1, sellableOn: '2026-01-06' },
      { shares: 50, price: 1.1, sellableOn: '2026-01-07' },
    ]);
    expect(holdings.reserve('ann', 130, at('2026-01-07T10:00'))).toBeUndefined();
    const realised = holdings.sold('ann', 130, 1.2);
    expect(realised.shares).toBe(130);
    expect(realised.cost).toBeCloseTo(120 + 10 * 1.1, 9);
    expect(realised.proceeds).toBeCloseTo(156, 9);
    expect(holdings.lots('ann')).toEqual([{ shares: 40, price: 1.1, sellableOn: '2026-01-07' }]);
    expect(holdings.sellable('ann', '2026-01-07')).toBe(40);
  });

  it('hand over no more than is there', () => {
    const holdings = createHoldings(clock);
    holdings.bought('ann', 10, 1, at('2026-01-05T10:00'));
    expect(holdings.sold('ann', 25, 2)).toEqual({ shares: 10, cost: 10, proceeds: 20 });
    expect(holdings.sold('bob', 1, 2)).toEqual({ shares: 0, cost: 0, proceeds: 0 });
    holdings.release('bob', 5);
    expect([holdings.lots('bob'), holdings.sellable('bob', '2026-01-06')]).toEqual([[], 0]);
  });

  it('book nothing on a day that no calendar knows', () => {
    const holdings = createHoldings(clock);
    expect(holdings.bought('ann', 10, 1, at('2099-01-05T10:00'))).toBe('no_calendar_data');
    expect(holdings.reserve('ann', 10, at('2099-01-05T10:00'))).toBe('no_calendar_data');
    expect(holdings.reserve('ann', 10, Number.NaN)).toBe('invalid_time');
    expect(holdings.lots('ann')).toEqual([]);
  });
});
