import type { Following, SeenOrder } from '../stats/following.js';
import { groupBy } from '../stats/group.js';
import { type Herding, lsvHerding } from '../stats/herding.js';
import type { Outcome } from '../stats/outcome.js';
import { dayKey, type KnownReturns, knownReturns } from '../stats/trades.js';

/** Last price of a product's fills on a day. */
export interface CloseRow {
  readonly product: string;
  /** Day in the market's zone, from 1970. */
  readonly day: number;
  readonly price: number;
}

/** Different users who placed orders in a product on a day. */
export interface TraderRow {
  readonly product: string;
  readonly day: number;
  readonly buyers: number;
  readonly sellers: number;
}

export interface ProductDay {
  readonly product: string;
  readonly day: number;
  readonly herding: Outcome<Herding>;
}

/** What happened in all products, as those see it who trade in them. */
export interface Market {
  /** Closing price of the last day before that on which it is asked for: what was known on the day. */
  priceBefore(product: string, day: number): number | undefined;
  /** One-day returns: the close over the close before, less one. */
  readonly returns: Outcome<KnownReturns>;
  /** The same, shape [days][products of the day]. */
  readonly returnsByDay: readonly (readonly number[])[];
  /** By `dayKey`. */
  readonly productDays: ReadonlyMap<string, ProductDay>;
}

/** Reads orders of everybody in the last days, and tells of one user's whom they follow. */
export interface FollowingReader {
  of(own: readonly SeenOrder[]): Outcome<Following>;
}

/** @param closes - in any order; a price that is not above zero is passed over. */
export function createMarket(closes: readonly CloseRow[], traders: readonly TraderRow[]): Market {
  const byProduct = new Map(
    [
      ...groupBy(
        closes.filter(({ price }) => price > 0),
        ({ product }) => product,
      ),
    ].map(([product, rows]) => [product, rows.toSorted((a, b) => a.day - b.day)] as const),
  );
  const returns = new Map<string, number>();
  const byDay = new Map<number, number[]>();
  for (const [product, rows] of byProduct) {
    for (const [i, { day, price }] of rows.entries()) {
      const before = rows[i - 1];
      if (!before) continue;
      const gained = price / before.price - 1;
      returns.set(dayKey(product, day), gained);
      byDay.set(day, [...(byDay.get(day) ?? []), gained]);
    }
  }
  return {
    priceBefore: (product, day) => byProduct.get(product)?.findLast((row) => row.day < day)?.price,
    returns: knownReturns(returns),
    returnsByDay: [...byDay].toSorted(([a], [b]) => a - b).map(([, gains]) => gains),
    productDays: productDaysOf(traders),
  };
}

/** The expected share of buyers is that of all products on the day. */
function productDaysOf(traders: readonly TraderRow[]): Map<string, ProductDay> {
  const found = new Map<string, ProductDay>();
  for (const [day, rows] of groupBy(traders, (row) => row.day)) {
    const buyers = rows.reduce((sum, row) => sum + row.buyers, 0);
    const all = rows.reduce((sum, row) => sum + row.buyers + row.sellers, 0);
    for (const row of rows) {
      const herding = lsvHerding(row, all === 0 ? 0 : buyers / all);
      found.set(dayKey(row.product, day), { product: row.product, day, herding });
    }
  }
  return found;
}
