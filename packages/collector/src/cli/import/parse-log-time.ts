import type { EpochMs } from '@tidemark/protocol';

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const TIME = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):(\d{2}):(\d{2}):(\d{2}) ([+-])(\d{2})(\d{2})$/;

/**
 * Reads the time of an access log, `17/May/2015:10:05:03 +0200`: local time and its offset from UTC.
 *
 * @returns epoch milliseconds; undefined when it is no time of any day. Second 60 is a leap second, counted as the next second.
 * @see Apache HTTP Server 2.4, mod_log_config, format `%t`.
 */
export function parseLogTime(text: string): EpochMs | undefined {
  const match = TIME.exec(text);
  if (match === null) return undefined;
  const [, dayText, monthText = '', yearText, hourText, minuteText, secondText, sign, zoneHours, zoneMinutes] = match;
  const day = Number(dayText);
  const month = MONTHS.indexOf(monthText);
  const hour = Number(hourText);
  const minute = Number(minuteText);
  const second = Number(secondText);
  const offsetMinutes = Number(zoneHours) * 60 + Number(zoneMinutes);
  if (month === -1 || hour > 23 || minute > 59 || second > 60 || Number(zoneMinutes) > 59) return undefined;
  const midnightMs = Date.UTC(Number(yearText), month, day);
  if (new Date(midnightMs).getUTCDate() !== day) return undefined; // 31 February
  const localMs = midnightMs + ((hour * 60 + minute) * 60 + second) * 1_000;
  return localMs - (sign === '-' ? -offsetMinutes : offsetMinutes) * 60_000;
}
