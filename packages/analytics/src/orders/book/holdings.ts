import type { EpochMs } from '@tidemark/protocol';
import type { LocalDay } from '../calendar/local-day.js';
import type { TradingClock } from '../calendar/trading-clock.js';
import { fromUnits, toUnits } from '../exact-units.js';

/** Shares that came in together. */
export interface Lot {
  readonly shares: number;
  /** What one of them cost. */
  readonly price: number;
  /** T+1: may be sold from this day on. */
  readonly sellableOn: LocalDay;
}

export type HoldingRefusal =
  /** The sale came before the subscription, or is larger than it. */
  | 'not_held'
  /** Held, but not sellable before a later day (T+1). */
  | 'not_sellable_yet'
  /** Held and sellable, but promised to open sales already. */
  | 'already_on_sale'
  | 'no_calendar_data'
  | 'invalid_time';

/** What a user got out of a sale of the oldest lots. */
export interface Realised {
  readonly shares: number;
  /** What these shares had cost. */
  readonly cost: number;
  readonly proceeds: number;
}

/** Who holds what of one product, from which day on it may be sold, and what is promised to open sales. */
export interface Holdings {
  /** Shares of a subscription that was matched at this moment. @returns why they cannot be booked, undefined when they are. */
  bought(userId: string, shares: number, price: number, at: EpochMs): HoldingRefusal | undefined;
  /** Holds shares back for a sale placed at this moment. @returns why it cannot be, undefined when they are held back. */
  reserve(userId: string, shares: number, at: EpochMs): HoldingRefusal | undefined;
  /** Gives back what a sale did not use. */
  release(userId: string, shares: number): void;
  /** Hands over shares that were held back, the oldest first. */
  sold(userId: string, shares: number, price: number): Realised;
  /** What may be sold on a day, without what is promised. */
  sellable(userId: string, day: LocalDay): number;
  lots(userId: string): readonly Lot[];
}

interface Account {
  /** Oldest first; `units` is what is left of a lot. */
  readonly lots: { units: number; readonly price: number; readonly sellableOn: LocalDay }[];
  reservedUnits: number;
}

export function createHoldings(clock: TradingClock): Holdings {
  const accounts = new Map<string, Account>();

  function accountOf(userId: string): Account {
    const account = accounts.get(userId) ?? { lots: [], reservedUnits: 0 };
    accounts.set(userId, account);
    return account;
  }
  function sellableUnits({ lots }: Account, day: LocalDay): number {
    return lots.reduce((sum, { units, sellableOn }) => sum + (sellableOn <= day ? units : 0), 0);
  }
  return {
    bought(userId, shares, price, at) {
      const outcome = clock.sellableOn(at);
      if (outcome.kind === 'refused') return outcome.reason;
      const { lots } = accountOf(userId);
      const last = lots.at(-1);
      if (last?.price === price && last.sellableOn === outcome.day) last.units += toUnits(shares);
      else lots.push({ units: toUnits(shares), price, sellableOn: outcome.day });
      return undefined;
    },
    reserve(userId, shares, at) {
      const outcome = clock.tradeDay(at);
      if (outcome.kind === 'refused') return outcome.reason;
      const account = accounts.get(userId);
      const units = toUnits(shares);
      const held = account?.lots.reduce((sum, lot) => sum + lot.units, 0) ?? 0;
      if (account === undefined || held < units) return 'not_held';
      const sellable = sellableUnits(account, outcome.day);
      if (sellable < units) return 'not_sellable_yet';
      if (sellable - account.reservedUnits < units) return 'already_on_sale';
      account.reservedUnits += units;
      return undefined;
    },
    release(userId, shares) {
      const account = accounts.get(userId);
      if (account) account.reservedUnits = Math.max(0, account.reservedUnits - toUnits(shares));
    },
    sold(userId, shares, price) {
      const account = accountOf(userId);
      let left = toUnits(shares);
      account.reservedUnits = Math.max(0, account.reservedUnits - left);
      let cost = 0;
      for (let lot = account.lots[0]; lot && left > 0; lot = account.lots[0]) {
        const units = Math.min(left, lot.units);
        lot.units -= units;
        left -= units;
        cost += fromUnits(units) * lot.price;
        if (lot.units === 0) account.lots.shift();
      }
      const handedOver = fromUnits(toUnits(shares) - left);
      return { shares: handedOver, cost, proceeds: handedOver * price };
    },
    sellable(userId, day) {
      const account = accounts.get(userId);
      return account ? fromUnits(Math.max(0, sellableUnits(account, day) - account.reservedUnits)) : 0;
    },
    lots: (userId) =>
      (accounts.get(userId)?.lots ?? []).map(({ units, price, sellableOn }) => ({
        shares: fromUnits(units),
        price,
        sellableOn,
      })),
  };
}
