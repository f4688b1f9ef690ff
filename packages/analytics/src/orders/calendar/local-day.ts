import type { EpochMs } from '@tidemark/protocol';

/** A day of the calendar on somebody's wall, `YYYY-MM-DD`. Sorts as text. */
export type LocalDay = string;

const DAY_MS = 86_400_000;
const DAY_PATTERN = /^\d{4}-\d\d-\d\d$/;

/** What the clock on the wall shows at a moment. */
export interface LocalTime {
  readonly day: LocalDay;
  /** Since the day's 00:00 by that clock: 0 to 86,399,999. */
  readonly msOfDay: number;
}

/** @returns the day `count` days later, by the calendar; earlier when negative. */
export function addDays(day: LocalDay, count: number): LocalDay {
  return dayOf(Date.parse(day) + count * DAY_MS);
}

/** @returns 0 for Sunday to 6 for Saturday. */
export function weekdayOf(day: LocalDay): number {
  return new Date(day).getUTCDay();
}

/** Whether the text names a day that exists: 30 February does not. */
export function isLocalDay(text: string): boolean {
  const atMs = DAY_PATTERN.test(text) ? Date.parse(text) : Number.NaN;
  return !Number.isNaN(atMs) && dayOf(atMs) === text;
}

/** Offsets of a zone change on quarter hours at the finest, so that each is looked up once a quarter. */
const QUARTER_MS = 900_000;
/** About three years of quarters; then the memory is emptied. */
const REMEMBERED_MAX = 100_000;

/**
 * Reads moments on the clock of a zone.
 *
 * @param timeZone - IANA name.
 * @returns a function from epoch milliseconds, which must be finite, to day and time of day.
 * @throws {RangeError} for a zone that there is not.
 * @see IANA Time Zone Database, as the JavaScript engine carries it.
 */
export function createWallClock(timeZone: string): (atMs: EpochMs) => LocalTime {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone,
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  const offsets = new Map<number, number>();
  const days = new Map<number, LocalDay>();

  function offsetAt(quarter: number): number {
    const known = offsets.get(quarter);
    if (known !== undefined) return known;
    if (offsets.size >= REMEMBERED_MAX) offsets.clear();
    const offset = localMsOf(format.formatToParts(quarter * QUARTER_MS)) - quarter * QUARTER_MS;
    offsets.set(quarter, offset);
    return offset;
  }
  function dayAt(number: number): LocalDay {
    const known = days.get(number);
    if (known !== undefined) return known;
    if (days.size >= REMEMBERED_MAX) days.clear();
    const day = dayOf(number * DAY_MS);
    days.set(number, day);
    return day;
  }
  return (atMs) => {
    const localMs = atMs + offsetAt(Math.floor(atMs / QUARTER_MS));
    const number = Math.floor(localMs / DAY_MS);
    return { day: dayAt(number), msOfDay: localMs - number * DAY_MS };
  };
}

function localMsOf(parts: readonly Intl.DateTimeFormatPart[]): number {
  const part = (type: Intl.DateTimeFormatPartTypes) => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part('year'), part('month') - 1, part('day'), part('hour'), part('minute'), part('second'));
}

function dayOf(atMs: number): LocalDay {
  return new Date(atMs).toISOString().slice(0, 10);
}
