import type { LocalDay } from './local-day.js';
import { isWeekend, type WorkingCalendar } from './working-calendar.js';

/** A holiday as the library `date-holidays` tells it: `date` begins with the day of the place, `type` is `public`, `bank`... */
export interface Holiday {
  readonly date: string;
  readonly type: string;
}

/** Types that close a market; an `observance` or a school holiday does not. */
const CLOSING_TYPES: readonly string[] = ['public', 'bank'];

/**
 * A calendar of Monday to Friday without the holidays of a place. Give it what knows them: `(year) => new
 * Holidays('DE').getHolidays(year)` of `date-holidays`, or a list of an exchange's own. It is a parameter, since those rules
 * come under licences of their own (CC-BY-3.0 for `date-holidays`) and weigh megabytes.
 *
 * @param holidaysOf - the holidays of a year; undefined or none at all is a year without data.
 */
export function holidayCalendar(
  name: string,
  holidaysOf: (year: number) => readonly Holiday[] | undefined,
): WorkingCalendar {
  const closedDays = new Map<number, ReadonlySet<LocalDay>>();

  function closedIn(year: number): ReadonlySet<LocalDay> {
    const known = closedDays.get(year);
    if (known) return known;
    const closing = (holidaysOf(year) ?? []).filter(({ type }) => CLOSING_TYPES.includes(type));
    const days = new Set(closing.map(({ date }) => date.slice(0, 10)));
    closedDays.set(year, days);
    return days;
  }
  return {
    name,
    dayKind(day) {
      const closed = closedIn(Number(day.slice(0, 4)));
      if (closed.size === 0) return 'no_data';
      return isWeekend(day) || closed.has(day) ? 'closed' : 'working';
    },
  };
}
