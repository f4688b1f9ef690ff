import type { EpochMs } from '@tidemark/protocol';
import type { Random } from '../random.js';
import { DAY_MS, HOUR_MS } from '../settings.js';
import type { Economy } from './loan-rate.js';
import { PRODUCTS, type Product } from './products.js';

/** What everybody sees of a product: its reference price, and how many went before. */
export interface Quotes {
  price(productId: string, at: EpochMs): number;
  /** Yesterday's price against the one before. */
  dayReturn(productId: string, at: EpochMs): number;
  /** Recent orders of a side, each counting for half after two hours. */
  crowd(productId: string, side: 'subscribe' | 'sell', at: EpochMs): number;
  noteOrder(productId: string, side: 'subscribe' | 'sell', at: EpochMs): void;
  /** A fright, or a fancy: the price moves by this share and comes back within days. */
  shock(productId: string, ratio: number, at: EpochMs): void;
}

const CROWD_HALF_LIFE_MS = 2 * HOUR_MS;
const SHOCK_HALF_LIFE_MS = 18 * HOUR_MS;

export function createQuotes(random: Random, economy: Economy, startAt: EpochMs): Quotes {
  const paths = new Map(PRODUCTS.map((product) => [product.productId, createPath(product, random)]));

  /** Its noise is drawn day by day as days are asked for, from the start on. */
  function createPath(product: Product, chance: Random) {
    const noise: number[] = [];
    const crowds = { subscribe: { count: 0, at: startAt }, sell: { count: 0, at: startAt } };
    let shocked = { ratio: 0, at: startAt };

    function noiseOf(day: number): number {
      for (let next = noise.length; next <= day; next++) {
        noise.push(0.85 * (noise[next - 1] ?? 0) + chance.normal(0, product.volatility));
      }
      return noise[Math.max(0, day)] ?? 0;
    }
    const shockAt = (at: EpochMs) => shocked.ratio * 0.5 ** ((at - shocked.at) / SHOCK_HALF_LIFE_MS);
    return {
      price(at: EpochMs): number {
        const days = (at - startAt) / DAY_MS;
        const accrued = 1 + (product.yieldRatio * days) / 365;
        const rated = 1 - product.rateSensitivity * (economy.loanRateAt(at) - 3.2);
        return round4(accrued * rated * (1 + noiseOf(Math.floor(days)) + shockAt(at)));
      },
      shock(ratio: number, at: EpochMs): void {
        shocked = { ratio: shockAt(at) + ratio, at };
      },
      crowd(side: 'subscribe' | 'sell', at: EpochMs): number {
        const { count, at: since } = crowds[side];
        return count * 0.5 ** (Math.max(0, at - since) / CROWD_HALF_LIFE_MS);
      },
      note(side: 'subscribe' | 'sell', at: EpochMs): void {
        crowds[side] = { count: this.crowd(side, at) + 1, at };
      },
    };
  }
  const pathOf = (productId: string) => {
    const path = paths.get(productId);
    if (!path) throw new RangeError(`there is no product ${productId}`);
    return path;
  };
  return {
    price: (productId, at) => pathOf(productId).price(at),
    dayReturn: (productId, at) =>
      pathOf(productId).price(at) / pathOf(productId).price(Math.max(startAt, at - DAY_MS)) - 1,
    crowd: (productId, side, at) => pathOf(productId).crowd(side, at),
    noteOrder: (productId, side, at) => pathOf(productId).note(side, at),
    shock: (productId, ratio, at) => pathOf(productId).shock(ratio, at),
  };
}

export function round4(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
