import type { EpochMs } from '@tidemark/protocol';
import { chineseCalendar } from '../orders/calendar/chinese-calendar.js';
import {
  createTradingClock,
  DEFAULT_CUT_OFF_MS_OF_DAY,
  DEFAULT_TIME_ZONE,
  type TradingClock,
} from '../orders/calendar/trading-clock.js';

export interface SimulationSettings {
  /** The same seed makes the same bytes. */
  readonly seed: number;
  readonly days: number;
  /** Customers; who commits fraud comes on top. */
  readonly users: number;
  /** When it begins; 2026-01-05T00:00+08:00, a Monday, unless said. */
  readonly startAt?: EpochMs;
  /** Whether batches say that they are history; they do unless told otherwise. */
  readonly historical?: boolean;
  readonly appId?: string;
  /** Cases of each kind of fraud and breakdown; as rare as fraud is unless said. */
  readonly casesPerKind?: number;
  /** What breaks of the app: a part of it, as rarely as that happens or by `casesPerKind`; a page of it, or all of it, day after day. */
  readonly breaks?: 'parts' | 'pages' | 'outages';
  /** What is lawful and looks odd, so many times each: without label. None unless said. */
  readonly decoys?: number;
}

export type SettingsRefusal =
  | {
      readonly reason: 'out_of_range';
      readonly field: 'seed' | 'days' | 'users' | 'startAt' | 'casesPerKind' | 'decoys';
      readonly low: number;
      readonly high: number;
    }
  /** Nobody has published the working days of this year. */
  | { readonly reason: 'no_calendar_data'; readonly year: number };

export const DAY_MS = 86_400_000;
export const HOUR_MS = 3_600_000;
export const MINUTE_MS = 60_000;

export const DEFAULT_START_AT = Date.UTC(2026, 0, 4, 16);
export const OPENS_MS_OF_DAY = 9.5 * HOUR_MS;
export const CUT_OFF_MS_OF_DAY = DEFAULT_CUT_OFF_MS_OF_DAY;

/** Bounds of what fits in memory: people are all there at once. */
const RANGES = {
  seed: { low: 0, high: Number.MAX_SAFE_INTEGER },
  days: { low: 1, high: 3_660 },
  users: { low: 1, high: 1_000_000 },
  startAt: { low: Date.UTC(2005, 0, 1), high: Date.UTC(2099, 0, 1) },
  casesPerKind: { low: 0, high: 1_000 },
  decoys: { low: 0, high: 1_000 },
} as const;

export function refuseSettings({
  seed,
  days,
  users,
  startAt = DEFAULT_START_AT,
  casesPerKind = 0,
  decoys = 0,
}: SimulationSettings): SettingsRefusal | undefined {
  for (const [field, value] of [
    ['seed', seed],
    ['days', days],
    ['users', users],
    ['startAt', startAt],
    ['casesPerKind', casesPerKind],
    ['decoys', decoys],
  ] as const) {
    const { low, high } = RANGES[field];
    if (!(Number.isInteger(value) && value >= low && value <= high))
      return { reason: 'out_of_range', field, low, high };
  }
  const clock = createMarketClock();
  // A week before: what customers hold at the start was bought then. One day after: the last trades settle.
  for (let at = startAt - 7 * DAY_MS; at <= startAt + (days + 1) * DAY_MS; at += DAY_MS) {
    const settled = clock.sellableOn(at);
    if (settled.kind === 'refused' && settled.reason === 'no_calendar_data') return settled;
  }
  return undefined;
}

export function createMarketClock(): TradingClock {
  return createTradingClock({
    calendar: chineseCalendar('bank'),
    timeZone: DEFAULT_TIME_ZONE,
    cutOffMsOfDay: CUT_OFF_MS_OF_DAY,
  });
}
