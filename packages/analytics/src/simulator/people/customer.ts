import type { EpochMs } from '@tidemark/protocol';
import { PRODUCTS } from '../market/products.js';
import type { Random } from '../random.js';
import { DAY_MS } from '../settings.js';
import { type Device, makeDevice } from './device.js';

export const TEMPERS = ['saver', 'trader', 'follower', 'bargain_hunter', 'nervous'] as const;
export type Temper = (typeof TEMPERS)[number];

/** Somebody who trades, with what the market knows of them. */
export interface Trader {
  readonly userId: string;
  readonly accountId: string | undefined;
  /** 0..1: rises with what is settled, falls with what is cancelled. */
  reputation: number;
  placedCount: number;
  settledCount: number;
  /** Median time until an unfilled order is given up, milliseconds. */
  readonly patienceMs: number;
  /** Product and side of open orders: one of each at a time. */
  readonly openOrders: Set<string>;
}

/** A customer with habits. */
export interface Customer extends Trader {
  readonly temper: Temper;
  readonly device: Device;
  readonly sessionsPerDay: number;
  /** Hour of the day at which most visits happen, and how closely they keep to it. */
  readonly peakHour: number;
  readonly hourSpread: number;
  readonly weekendFactor: number;
  /** Share of visits on native screens; a share of those opens H5 pages inside. */
  readonly nativeRatio: number;
  /** How much a better price matters, a crowd attracts, a falling price frightens; each about 0..2. */
  readonly priceSensitivity: number;
  readonly herding: number;
  readonly panic: number;
  /** Chance that a visit means to subscribe, or to sell when there is something to sell. */
  readonly subscribes: number;
  readonly sells: number;
  /** Money of a typical order. */
  readonly typicalAmount: number;
  /** Liking of each product, in the order of the list. */
  readonly tastes: readonly number[];
  /** How long a finger stays down, and a button; how long the way there takes a mouse. Milliseconds: as personal as a gait. */
  tapMs: number;
  pressMs: number;
  moveMs: number;
  readonly readingPace: number;
}

interface Habits {
  readonly share: number;
  readonly sessionsPerDay: number;
  readonly priceSensitivity: number;
  readonly herding: number;
  readonly panic: number;
  readonly subscribes: number;
  readonly sells: number;
  readonly amount: number;
  readonly patienceHours: number;
}

const HABITS: Readonly<Record<Temper, Habits>> = {
  saver: {
    share: 0.38,
    sessionsPerDay: 0.7,
    priceSensitivity: 0.4,
    herding: 0.2,
    panic: 0.3,
    subscribes: 0.12,
    sells: 0.05,
    amount: 20_000,
    patienceHours: 6,
  },
  trader: {
    share: 0.14,
    sessionsPerDay: 3.2,
    priceSensitivity: 1.2,
    herding: 0.5,
    panic: 0.6,
    subscribes: 0.2,
    sells: 0.2,
    amount: 35_000,
    patienceHours: 1,
  },
  follower: {
    share: 0.2,
    sessionsPerDay: 1.3,
    priceSensitivity: 0.3,
    herding: 1.8,
    panic: 1,
    subscribes: 0.16,
    sells: 0.08,
    amount: 9_000,
    patienceHours: 3,
  },
  bargain_hunter: {
    share: 0.13,
    sessionsPerDay: 1.1,
    priceSensitivity: 2,
    herding: 0.1,
    panic: 0.2,
    subscribes: 0.14,
    sells: 0.1,
    amount: 16_000,
    patienceHours: 5,
  },
  nervous: {
    share: 0.15,
    sessionsPerDay: 1.5,
    priceSensitivity: 0.6,
    herding: 1.1,
    panic: 2,
    subscribes: 0.1,
    sells: 0.12,
    amount: 12_000,
    patienceHours: 2,
  },
};

function makeTrader(userId: string, random: Random, patienceMs: number): Trader {
  return {
    userId,
    accountId: random.chance(0.08) ? `org-${random.int(1, 40)}` : undefined,
    reputation: Math.min(1, Math.max(0, random.normal(0.65, 0.15))),
    placedCount: 0,
    settledCount: 0,
    patienceMs,
    openOrders: new Set(),
  };
}

export function makeCustomer(number: number, startAt: EpochMs, random: Random): Customer {
  const temper = TEMPERS[random.weighted(TEMPERS.map((one) => HABITS[one].share))] ?? 'saver';
  const habits = HABITS[temper];
  const nativeRatio = random.pick([0, 0.2, 0.8, 0.95]);
  const vary = (value: number) => random.logNormal(value, 0.3);
  const hand = (tapMs: number) => ({ tapMs, pressMs: 1.15 * tapMs, moveMs: 350 + 4 * tapMs });
  return {
    ...makeTrader(`u-${String(number).padStart(6, '0')}`, random, vary(habits.patienceHours) * 3_600_000),
    temper,
    device: makeDevice(random, startAt - random.int(1, 400) * DAY_MS, nativeRatio >= 0.5 ? 'native' : 'h5'),
    sessionsPerDay: random.logNormal(habits.sessionsPerDay, 0.6),
    peakHour: random.weighted([2, 3, 2, 4, 5]) * 3 + 8 + random.between(-1, 1),
    hourSpread: random.between(0.7, 3),
    weekendFactor: random.between(0.3, 1.3),
    nativeRatio,
    priceSensitivity: vary(habits.priceSensitivity),
    herding: vary(habits.herding),
    panic: vary(habits.panic),
    subscribes: vary(habits.subscribes),
    sells: vary(habits.sells),
    typicalAmount: random.logNormal(habits.amount, 0.7),
    tastes: PRODUCTS.map(({ popularity }) => random.logNormal(popularity, 0.8)),
    ...hand(random.between(60, 140)),
    readingPace: random.logNormal(1, 0.25),
  };
}
