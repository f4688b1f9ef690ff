import { describe, expect, it } from 'vitest';
import { chineseCalendar } from './chinese-calendar.js';
import { holidayCalendar } from './holiday-calendar.js';
import { createTradingClock } from './trading-clock.js';

const at = (text: string) => Date.parse(text);
const bank = createTradingClock({ calendar: chineseCalendar() });
const exchange = createTradingClock({ calendar: chineseCalendar('exchange') });
const days = (clock: typeof bank, text: string) => {
  const traded = clock.tradeDay(at(text));
  const sellable = clock.sellableOn(at(text));
  return [traded.kind === 'day' ? traded.day : traded, sellable.kind === 'day' ? sellable.day : sellable];
};

describe('the trading clock', () => {
  // Days by the notice of the State Council for 2026 (4 November 2025), as chinese-days carries it.
  it.each([
    ['a Friday at 10:00 trades that day, sellable Monday', '2026-01-09T10:00+08:00', '2026-01-09', '2026-01-12'],
    ['a Friday after the cut-off counts as Monday', '2026-01-09T15:00+08:00', '2026-01-12', '2026-01-13'],
    ['a millisecond before the cut-off is before it', '2026-01-09T14:59:59.999+08:00', '2026-01-09', '2026-01-12'],
    ['a Saturday counts as Monday, sellable Tuesday', '2026-01-10T10:00+08:00', '2026-01-12', '2026-01-13'],
    [
      'the day before Golden Week is sellable on the first day after',
      '2026-09-30T10:00+08:00',
      '2026-09-30',
      '2026-10-08',
    ],
    ['a day of Golden Week counts as the first day after', '2026-10-02T10:00+08:00', '2026-10-08', '2026-10-09'],
    [
      'midnight in Shanghai is the new day, though UTC still has the old',
      '2026-01-08T16:30Z',
      '2026-01-09',
      '2026-01-12',
    ],
    ['a make-up Saturday works at a bank', '2026-02-14T10:00+08:00', '2026-02-14', '2026-02-24'],
  ])('%s', (_, moment, traded, sellable) => {
    expect(days(bank, moment)).toEqual([traded, sellable]);
  });

  it('never opens an exchange on a weekend, made up or not', () => {
    expect(days(exchange, '2026-02-14T10:00+08:00')).toEqual(['2026-02-24', '2026-02-25']);
    expect(days(exchange, '2026-02-13T10:00+08:00')).toEqual(['2026-02-13', '2026-02-24']);
  });

  it('refuses a year that nobody has published, by name, instead of guessing', () => {
    const refused = { kind: 'refused', reason: 'no_calendar_data' };
    expect(bank.tradeDay(at('2003-06-02T10:00+08:00'))).toEqual({ ...refused, year: 2003 });
    expect(bank.tradeDay(at('2099-06-02T10:00+08:00'))).toEqual({ ...refused, year: 2099 });
    // 1 January 2028 is a Saturday: closed by its weekday alone, and no data all the same.
    expect(bank.tradeDay(at('2028-01-01T10:00+08:00'))).toEqual({ ...refused, year: 2028 });
  });

  it('refuses what is no time', () => {
    for (const time of [Number.NaN, Number.POSITIVE_INFINITY, 8.64e15 + 1]) {
      expect(bank.tradeDay(time)).toEqual({ kind: 'refused', reason: 'invalid_time' });
      expect(bank.sellableOn(time)).toEqual({ kind: 'refused', reason: 'invalid_time' });
    }
  });

  it('has zone and cut-off of the product, daylight saving time included', () => {
    const holidays = [{ date: '2026-05-25 00:00:00', type: 'public' }];
    const noon = { timeZone: 'America/New_York', cutOffMsOfDay: 12 * 3_600_000 };
    const clock = createTradingClock({ calendar: holidayCalendar('US', () => holidays), ...noon });
    expect(days(clock, '2026-03-06T16:59Z')).toEqual(['2026-03-06', '2026-03-09']); // 11:59, winter
    expect(days(clock, '2026-03-09T15:59Z')).toEqual(['2026-03-09', '2026-03-10']); // 11:59, summer
    expect(days(clock, '2026-03-09T16:00Z')).toEqual(['2026-03-10', '2026-03-11']);
    expect(days(clock, '2026-05-22T10:00-04:00')).toEqual(['2026-05-22', '2026-05-26']); // a long weekend
  });

  it('is closed on public and bank holidays only, and has no data where no holiday is known', () => {
    const calendar = holidayCalendar('list', (year) =>
      year === 2026
        ? [
            { date: '2026-01-01', type: 'public' },
            { date: '2026-12-24', type: 'bank' },
            { date: '2026-02-02 00:00:00', type: 'observance' },
          ]
        : undefined,
    );
    const kinds = ['2026-01-01', '2026-12-24', '2026-02-02', '2026-02-07', '2027-02-01'].map(calendar.dayKind);
    expect(kinds).toEqual(['closed', 'closed', 'working', 'closed', 'no_data']);
  });

  it('takes no zone that there is not, and no cut-off outside the day', () => {
    const calendar = chineseCalendar();
    expect(() => createTradingClock({ calendar, timeZone: 'Asia/Atlantis' })).toThrow(RangeError);
    expect(() => createTradingClock({ calendar, cutOffMsOfDay: Number.NaN })).toThrow(RangeError);
  });
});
