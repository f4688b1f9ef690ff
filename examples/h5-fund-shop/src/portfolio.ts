import { LOT_SHARES, type Product } from './catalog.js';
import { type Day, sellableDay } from './day.js';
import { minimumShares } from './money.js';

/** One order as it was placed. The list of orders, oldest first, is all the shop stores; the rest is derived. */
export interface Order {
  readonly orderId: string;
  readonly productId: string;
  readonly side: 'subscribe' | 'sell';
  readonly shares: number;
  readonly price: number;
  readonly day: Day;
  /** On a sale: the subscription whose shares are sold. */
  readonly soldFrom?: string;
}

/** What is left of one subscription. */
export interface Holding {
  readonly orderId: string;
  readonly productId: string;
  readonly shares: number;
  readonly price: number;
  readonly boughtOn: Day;
  /** T+1: shares may be sold from this day on. */
  readonly sellableOn: Day;
}

export type Refusal =
  | 'not_whole_shares'
  | 'below_minimum'
  | 'not_enough_remaining'
  | 'unknown_holding'
  | 'not_sellable_yet'
  | 'more_than_held';

export type OrderOutcome =
  | { readonly kind: 'placed'; readonly orders: readonly Order[] }
  | { readonly kind: 'refused'; readonly reason: Refusal };

/** Adds a subscription, unless it is smaller than the product allows or larger than what remains. */
export function placeSubscription(orders: readonly Order[], order: Order, product: Product): OrderOutcome {
  if (!isWholeShares(order.shares)) return refused('not_whole_shares');
  if (order.shares < minimumShares(product.minAmount, order.price, LOT_SHARES)) return refused('below_minimum');
  if (order.shares > remainingShares(product, orders)) return refused('not_enough_remaining');
  return { kind: 'placed', orders: [...orders, order] };
}

/** Adds a sale of part or all of one holding, unless T+1 has not come or it asks for more than is held. */
export function placeSale(orders: readonly Order[], order: Order): OrderOutcome {
  if (!isWholeShares(order.shares)) return refused('not_whole_shares');
  const holding = holdingsOf(orders).find((candidate) => candidate.orderId === order.soldFrom);
  if (!holding) return refused('unknown_holding');
  if (order.day < holding.sellableOn) return refused('not_sellable_yet');
  if (order.shares > holding.shares) return refused('more_than_held');
  return { kind: 'placed', orders: [...orders, order] };
}

/** Subscriptions with shares left, newest first. */
export function holdingsOf(orders: readonly Order[]): readonly Holding[] {
  return orders
    .filter((order) => order.side === 'subscribe')
    .map((order) => ({
      orderId: order.orderId,
      productId: order.productId,
      shares: order.shares - soldFrom(orders, order.orderId),
      price: order.price,
      boughtOn: order.day,
      sellableOn: sellableDay(order.day),
    }))
    .filter((holding) => holding.shares > 0)
    .reverse();
}

/** Shares still open for subscription after this customer's own orders; sold shares go back on the shelf. */
export function remainingShares(product: Product, orders: readonly Order[]): number {
  const held = holdingsOf(orders)
    .filter((holding) => holding.productId === product.id)
    .reduce((sum, holding) => sum + holding.shares, 0);
  return Math.max(0, product.openShares - held);
}

/** A number of shares that can be ordered at all. */
export function isWholeShares(shares: number): boolean {
  return Number.isSafeInteger(shares) && shares > 0;
}

function soldFrom(orders: readonly Order[], orderId: string): number {
  return orders.reduce((sum, order) => (order.soldFrom === orderId ? sum + order.shares : sum), 0);
}

function refused(reason: Refusal): OrderOutcome {
  return { kind: 'refused', reason };
}
