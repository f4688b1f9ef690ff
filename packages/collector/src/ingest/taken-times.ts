/**
 * By when the numbers of a queue were taken, as far as four small numbers tell: all up to one of them more than an hour ago. Whole
 * minutes since 1970, so that they cost no object of their own: there are millions of queues.
 */
export interface TakenTimes {
  /** All that were taken up to this number were so more than an hour ago. */
  keptUpTo: number;
  /** All up to this number by that minute; it is the next to be kept. */
  nextUpTo: number;
  nextMinute: number;
  /** When the last was taken, rounded up. */
  takenMinute: number;
}

const HOUR_MINUTES = 60;
const MINUTE_MS = 60_000;

export const NOTHING_TAKEN: TakenTimes = { keptUpTo: 0, nextUpTo: 0, nextMinute: 0, takenMinute: 0 };

/**
 * Notes that numbers were taken.
 *
 * @param first - the lowest of them. What fills a gap late was not taken when its neighbours were, so that of these nothing is known.
 * @param highest - the highest that was taken before.
 */
export function noteTaken(times: TakenTimes, first: number, highest: number, atMs: number): void {
  const minute = Math.ceil(atMs / MINUTE_MS);
  if (minute - times.takenMinute > HOUR_MINUTES) {
    times.keptUpTo = highest;
    times.nextUpTo = highest;
    times.nextMinute = times.takenMinute;
  } else if (minute - times.nextMinute > HOUR_MINUTES) {
    times.keptUpTo = times.nextUpTo;
    times.nextUpTo = highest;
    times.nextMinute = times.takenMinute;
  }
  times.keptUpTo = Math.min(times.keptUpTo, first - 1);
  times.nextUpTo = Math.min(times.nextUpTo, first - 1);
  times.takenMinute = Math.max(times.takenMinute, minute);
}

/**
 * The highest number up to which all that were taken were so more than an hour before. Of a queue that sends without a pause it may
 * be told an hour later than it could be; never sooner.
 *
 * @param highest - that was taken.
 */
export function keptUpTo(times: TakenTimes, highest: number, nowMs: number): number {
  const minute = Math.floor(nowMs / MINUTE_MS);
  if (minute - times.takenMinute > HOUR_MINUTES) return highest;
  return minute - times.nextMinute > HOUR_MINUTES ? times.nextUpTo : times.keptUpTo;
}
