import chineseDays from 'chinese-days';
import type { LocalDay } from './local-day.js';
import { type DayKind, isWeekend, type WorkingCalendar } from './working-calendar.js';

/** `bank`: a weekend that is made up for a holiday is worked. `exchange`: weekends never are. */
export type ChineseMarket = 'bank' | 'exchange';

/**
 * Working days of mainland China, by the State Council's yearly notices as `chinese-days` carries them. A year without a
 * notice is one without data: that of the next year comes out in November.
 *
 * @see https://github.com/vsme/chinese-days (MIT)
 */
export function chineseCalendar(market: ChineseMarket = 'bank'): WorkingCalendar {
  const known = new Map<LocalDay, DayKind>();
  const years = new Map<string, boolean>();

  function hasYear(year: string): boolean {
    const has = years.get(year) ?? isPublished(year);
    years.set(year, has);
    return has;
  }
  function look(day: LocalDay): DayKind {
    if (!hasYear(day.slice(0, 4))) return 'no_data';
    if (market === 'exchange' && isWeekend(day)) return 'closed';
    return chineseDays.isWorkday(day) ? 'working' : 'closed';
  }
  return {
    name: `CN ${market}`,
    dayKind(day) {
      const kind = known.get(day) ?? look(day);
      known.set(day, kind);
      return kind;
    },
  };
}

/** New Year's Day is in every notice; without one the library names a day by its weekday alone. */
function isPublished(year: string): boolean {
  return chineseDays.getDayDetail(`${year}-01-01`).name.includes(',');
}
