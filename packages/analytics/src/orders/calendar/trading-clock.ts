import type { EpochMs } from '@tidemark/protocol';
import { createWallClock, type LocalDay, type LocalTime } from './local-day.js';
import { type DayOutcome, type WorkingCalendar, workingDayAfter, workingDayFrom } from './working-calendar.js';

/** When a product's market works. */
export interface TradingRules {
  readonly calendar: WorkingCalendar;
  /** IANA name of the market's zone; Asia/Shanghai unless said. */
  readonly timeZone?: string;
  /** Time of the local day, milliseconds, from which on an order counts as of the next working day; 15:00 unless said. */
  readonly cutOffMsOfDay?: number;
}

/** Days of trade by a product's rules. */
export interface TradingClock {
  /** The day an order of this moment counts as of: the same day, or the next working one after the cut-off or on a day of rest. */
  tradeDay(atMs: EpochMs): DayOutcome;
  /** T+1: the working day after the trade day, from which on what was subscribed may be sold. */
  sellableOn(atMs: EpochMs): DayOutcome;
  /** What the market's clock shows; undefined for what is no time. */
  localTime(atMs: EpochMs): LocalTime | undefined;
}

export const DEFAULT_TIME_ZONE = 'Asia/Shanghai';
export const DEFAULT_CUT_OFF_MS_OF_DAY = 15 * 3_600_000;

/** ECMA-262 knows no moment further from 1970 than this. */
const TIME_MAX_MS = 8.64e15;

/**
 * @throws {RangeError} for a zone that there is not, or a cut-off outside the day.
 */
export function createTradingClock({
  calendar,
  timeZone = DEFAULT_TIME_ZONE,
  cutOffMsOfDay = DEFAULT_CUT_OFF_MS_OF_DAY,
}: TradingRules): TradingClock {
  if (!(cutOffMsOfDay >= 0 && cutOffMsOfDay <= 86_400_000)) {
    throw new RangeError(`a cut-off lies within the day, 0 to 86400000 ms, not at ${cutOffMsOfDay}`);
  }
  const wallClock = createWallClock(timeZone);
  const nextDays = new Map<LocalDay, DayOutcome>();

  function dayAfter(day: LocalDay): DayOutcome {
    const next = nextDays.get(day) ?? workingDayAfter(calendar, day);
    nextDays.set(day, next);
    return next;
  }

  function localTime(atMs: EpochMs): LocalTime | undefined {
    return Math.abs(atMs) <= TIME_MAX_MS ? wallClock(atMs) : undefined; // false for NaN, too
  }
  function tradeDay(atMs: EpochMs): DayOutcome {
    const local = localTime(atMs);
    if (local === undefined) return { kind: 'refused', reason: 'invalid_time' };
    const { day, msOfDay } = local;
    if (calendar.dayKind(day) === 'working' && msOfDay >= cutOffMsOfDay) return dayAfter(day);
    return workingDayFrom(calendar, day);
  }
  return {
    tradeDay,
    sellableOn(atMs) {
      const traded = tradeDay(atMs);
      return traded.kind === 'day' ? dayAfter(traded.day) : traded;
    },
    localTime,
  };
}
