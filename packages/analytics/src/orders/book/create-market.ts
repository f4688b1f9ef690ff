import type { EpochMs } from '@tidemark/protocol';
import type { TradingClock } from '../calendar/trading-clock.js';
import { fromUnits, toUnits } from '../exact-units.js';
import { createMinHeap } from '../min-heap.js';
import type { BookOrder, Execution } from './book-order.js';
import { createOrderBook, type OrderBook, type PlaceRefusal, placeRefusal } from './create-order-book.js';
import { createHoldings, type HoldingRefusal, type Holdings } from './holdings.js';
import type { OrderPriority } from './priority.js';

/** How a product is traded. */
export interface ProductRules {
  readonly productId: string;
  readonly currency: string;
  readonly priority?: OrderPriority;
  /**
   * With it holdings are kept: what is subscribed may be sold from T+1 on, and nobody sells what is not held. Without, every
   * sale is taken: of a stretch of orders cut out of the middle of a market, say.
   */
  readonly clock?: TradingClock;
  /** Who may sell without holding: the issuer, whose sales bring shares into being and whose subscriptions redeem them. */
  readonly issuerId?: string;
}

export interface PlacedOrder extends BookOrder {
  readonly productId: string;
  readonly currency: string;
}

export type OrderRefusal = PlaceRefusal | HoldingRefusal | 'unknown_product' | 'currency_mismatch';

/** What became of an order; times are epoch milliseconds. */
export interface OrderOutcome {
  readonly order: PlacedOrder;
  readonly phase: 'open' | 'filled' | 'cancelled' | 'expired' | 'refused';
  readonly refusal: OrderRefusal | undefined;
  readonly filledShares: number;
  /** Served before it when it came in. */
  readonly sharesAhead: number;
  readonly firstFillAt: EpochMs | undefined;
  readonly filledAt: EpochMs | undefined;
  readonly endedAt: EpochMs | undefined;
}

export interface Market {
  /** @returns why it is not taken, or what was matched at once. Orders that expired by then have left. */
  place(order: PlacedOrder): { readonly refusal: OrderRefusal | undefined; readonly executions: readonly Execution[] };
  /** @returns whether the order lay in a book. */
  cancel(orderId: string, at: EpochMs): boolean;
  /** Takes out what expires at this moment or earlier. @returns the orders, as they expire. */
  expireUntil(at: EpochMs): readonly PlacedOrder[];
  outcome(orderId: string): OrderOutcome | undefined;
  outcomes(): readonly OrderOutcome[];
  book(productId: string): OrderBook | undefined;
  holdings(productId: string): Holdings | undefined;
}

type Entry = { -readonly [K in keyof OrderOutcome]: OrderOutcome[K] };

interface ProductMarket {
  readonly rules: ProductRules;
  readonly book: OrderBook;
  readonly holdings: Holdings | undefined;
}

const NOTHING: readonly Execution[] = [];

/** The books of all products, who holds what of them, and what became of each order. */
export function createMarket(products: readonly ProductRules[]): Market {
  const markets = new Map<string, ProductMarket>(
    products.map((rules) => [
      rules.productId,
      {
        rules,
        book: createOrderBook(rules.priority),
        holdings: rules.clock && createHoldings(rules.clock),
      },
    ]),
  );
  const entries = new Map<string, Entry>();
  const expiries = createMinHeap<Entry>((a, b) => expiryOf(a) < expiryOf(b));
  /** Orders under a taken id: they are told of, but not found by it. */
  const nameless: Entry[] = [];

  /** What is matched at once is matched now: where now has no T+1, nothing may be. */
  function undatable({ rules }: ProductMarket, { placedAt }: PlacedOrder): HoldingRefusal | undefined {
    const outcome = rules.clock?.sellableOn(placedAt);
    return outcome?.kind === 'refused' ? outcome.reason : undefined;
  }
  function reserve({ rules, holdings }: ProductMarket, order: PlacedOrder): HoldingRefusal | undefined {
    if (order.side !== 'sell' || !holdings || order.userId === rules.issuerId) return undefined;
    return holdings.reserve(order.userId, order.shares, order.placedAt);
  }
  function release({ rules, holdings }: ProductMarket, order: PlacedOrder, shares: number): void {
    if (order.side === 'sell' && order.userId !== rules.issuerId) holdings?.release(order.userId, shares);
  }
  function settle({ rules, holdings }: ProductMarket, executions: readonly Execution[]): void {
    for (const { at, shares, price, subscription, sale } of executions) {
      fill(subscription.orderId, shares, at);
      fill(sale.orderId, shares, at);
      if (!holdings) continue;
      if (sale.userId !== rules.issuerId) holdings.sold(sale.userId, shares, price);
      if (subscription.userId !== rules.issuerId) holdings.bought(subscription.userId, shares, price, at);
    }
  }
  function fill(orderId: string, shares: number, at: EpochMs): void {
    const entry = entries.get(orderId);
    if (!entry) return;
    entry.filledShares = fromUnits(toUnits(entry.filledShares) + toUnits(shares));
    entry.firstFillAt ??= at;
    if (toUnits(entry.filledShares) < toUnits(entry.order.shares)) return;
    entry.phase = 'filled';
    entry.filledAt = at;
    entry.endedAt = at;
  }
  function end(entry: Entry, phase: 'cancelled' | 'expired', at: EpochMs): void {
    const market = markets.get(entry.order.productId);
    const left = market?.book.cancel(entry.order.orderId);
    if (market && left !== undefined) release(market, entry.order, left);
    entry.phase = phase;
    entry.endedAt = at;
  }
  function refused(entry: Entry, refusal: OrderRefusal): { refusal: OrderRefusal; executions: readonly Execution[] } {
    entry.phase = 'refused';
    entry.refusal = refusal;
    return { refusal, executions: NOTHING };
  }
  function expireUntil(at: EpochMs): PlacedOrder[] {
    const expired: PlacedOrder[] = [];
    for (let next = expiries.peek(); next && expiryOf(next) <= at; next = expiries.peek()) {
      expiries.pop();
      if (next.phase !== 'open') continue;
      end(next, 'expired', expiryOf(next));
      expired.push(next.order);
    }
    return expired;
  }
  return {
    place(order) {
      expireUntil(order.placedAt);
      const entry = entryOf(order);
      if (entries.has(order.orderId)) {
        nameless.push(entry);
        return refused(entry, 'order_id_taken');
      }
      entries.set(order.orderId, entry);
      const market = markets.get(order.productId);
      if (!market) return refused(entry, 'unknown_product');
      if (market.rules.currency !== order.currency) return refused(entry, 'currency_mismatch');
      const unfit = placeRefusal(order) ?? undatable(market, order) ?? reserve(market, order);
      if (unfit) return refused(entry, unfit);
      const placed = market.book.place(order);
      if (placed.kind === 'refused') return refused(entry, placed.reason);
      entry.sharesAhead = placed.sharesAhead;
      settle(market, placed.executions);
      if (entry.phase === 'open' && order.expiresAt !== undefined) expiries.push(entry);
      return { refusal: undefined, executions: placed.executions };
    },
    cancel(orderId, at) {
      expireUntil(at);
      const entry = entries.get(orderId);
      if (entry?.phase !== 'open') return false;
      end(entry, 'cancelled', at);
      return true;
    },
    expireUntil,
    outcome: (orderId) => entries.get(orderId),
    outcomes: () => [...entries.values(), ...nameless],
    book: (productId) => markets.get(productId)?.book,
    holdings: (productId) => markets.get(productId)?.holdings,
  };
}

function expiryOf({ order }: Entry): EpochMs {
  return order.expiresAt ?? Number.POSITIVE_INFINITY;
}

function entryOf(order: PlacedOrder): Entry {
  return {
    order,
    phase: 'open',
    refusal: undefined,
    filledShares: 0,
    sharesAhead: 0,
    firstFillAt: undefined,
    filledAt: undefined,
    endedAt: undefined,
  };
}
