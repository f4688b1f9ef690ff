import type { EpochMs, OrderSide } from '@tidemark/protocol';
import type { Execution } from '../../orders/book/book-order.js';
import type { Market } from '../../orders/book/create-market.js';
import { fromUnits, toUnits } from '../../orders/exact-units.js';
import type { Random } from '../random.js';
import { CURRENCY, PRODUCTS, type Product } from './products.js';

/** The issuer's desk, on the other side of the customers' orders. */
export interface Desk {
  /** Takes up a share of each queue. */
  round(at: EpochMs): void;
  /** Takes up all that it covers. */
  sweep(at: EpochMs): void;
}

export const ISSUER = 'issuer';

/**
 * @param covers - whether the desk takes an order when it comes to the head of its queue.
 * @param executed - is told of what was matched.
 */
export function createDesk(
  random: Random,
  market: Market,
  covers: (orderId: string) => boolean,
  executed: (executions: readonly Execution[]) => void,
): Desk {
  let count = 0;

  /** The desk takes so much of a queue, from its head on; what it does not cover leaves the queue. */
  function take(productId: string, side: OrderSide, budgetUnits: number, at: EpochMs): void {
    const book = market.book(productId);
    let left = budgetUnits;
    for (let head = book?.head(side); book && head && left > 0; head = book.head(side)) {
      if (!covers(head.orderId)) {
        market.cancel(head.orderId, at);
        continue;
      }
      const units = Math.min(left, toUnits(book.standing(head.orderId)?.restingShares ?? 0));
      left -= units;
      const { executions } = market.place({
        orderId: `desk-${++count}`,
        userId: ISSUER,
        productId,
        side: side === 'sell' ? 'subscribe' : 'sell',
        currency: CURRENCY,
        shares: fromUnits(units),
        price: head.price,
        placedAt: at,
      });
      executed(executions);
    }
  }

  function round(at: EpochMs): void {
    for (const product of PRODUCTS) {
      for (const side of ['subscribe', 'sell'] as const) takeShare(product, side, at);
    }
  }

  function takeShare({ productId, liquidity }: Product, side: OrderSide, at: EpochMs): void {
    const depth = market.book(productId)?.depth(side).shares ?? 0;
    if (depth > 0) take(productId, side, toUnits(Math.ceil(depth * random.between(0, liquidity))), at);
  }

  function sweep(at: EpochMs): void {
    for (const { productId } of PRODUCTS) {
      for (const side of ['subscribe', 'sell'] as const) take(productId, side, Number.MAX_SAFE_INTEGER, at);
    }
  }

  return { round, sweep };
}
