import { addDays, type LocalDay, weekdayOf } from './local-day.js';

/** `no_data`: nobody has published that year yet, or nobody gave it. */
export type DayKind = 'working' | 'closed' | 'no_data';

/** Which days a product's market works. */
export interface WorkingCalendar {
  readonly name: string;
  dayKind(day: LocalDay): DayKind;
}

/** A day, or why there is none. A guess would let somebody sell too early. */
export type DayOutcome =
  | { readonly kind: 'day'; readonly day: LocalDay }
  | { readonly kind: 'refused'; readonly reason: 'no_calendar_data'; readonly year: number }
  | { readonly kind: 'refused'; readonly reason: 'invalid_time' };

/** No market rests longer; a calendar that is closed for longer has no data worth the name. */
const REST_DAYS_MAX = 60;

/** @returns `day` itself where it is a working day, or else the first one after it. */
export function workingDayFrom(calendar: WorkingCalendar, day: LocalDay): DayOutcome {
  let candidate = day;
  for (let rested = 0; rested <= REST_DAYS_MAX; rested++) {
    const kind = calendar.dayKind(candidate);
    if (kind === 'working') return { kind: 'day', day: candidate };
    if (kind === 'no_data') break;
    candidate = addDays(candidate, 1);
  }
  return { kind: 'refused', reason: 'no_calendar_data', year: Number(candidate.slice(0, 4)) };
}

/** @returns the first working day after `day`. */
export function workingDayAfter(calendar: WorkingCalendar, day: LocalDay): DayOutcome {
  return workingDayFrom(calendar, addDays(day, 1));
}

export function isWeekend(day: LocalDay): boolean {
  const weekday = weekdayOf(day);
  return weekday === 0 || weekday === 6;
}
