import type { EpochMs } from '@tidemark/protocol';
import { DEFAULT_CUT_OFF_MS_OF_DAY, type TradingClock } from './trading-clock.js';

export interface TradingSession {
  /** As the clock has it; 15:00 unless said. */
  readonly cutOffMsOfDay?: number;
  /** How long orders are matched before the cut-off; from 9:30 to 15:00 unless said. */
  readonly sessionMs?: number;
}

/** Questions that models ask of a market's days. */
export interface MarketHours {
  readonly sessionMs: number;
  untilCutOffMs(atMs: EpochMs): number | undefined;
  weekday(atMs: EpochMs): number | undefined;
}

const SESSION_MS = 5.5 * 3_600_000;

/** Days of the market's clock are taken as 24 hours long: where clocks are put forward, an hour is missing once a year. */
export function marketHours(clock: TradingClock, session: TradingSession = {}): MarketHours {
  const { cutOffMsOfDay = DEFAULT_CUT_OFF_MS_OF_DAY, sessionMs = SESSION_MS } = session;
  return {
    sessionMs,
    untilCutOffMs(atMs) {
      const [trade, local] = [clock.tradeDay(atMs), clock.localTime(atMs)];
      if (trade.kind === 'refused' || !local) return undefined;
      return Date.parse(trade.day) - Date.parse(local.day) + cutOffMsOfDay - local.msOfDay;
    },
    weekday(atMs) {
      const local = clock.localTime(atMs);
      return local && (new Date(local.day).getUTCDay() || 7);
    },
  };
}
