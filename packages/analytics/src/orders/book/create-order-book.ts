import type { OrderSide } from '@tidemark/protocol';
import { fromUnits, toUnits } from '../exact-units.js';
import type { BookOrder, Execution } from './book-order.js';
import { createOrderQueue, type OrderQueue } from './order-queue.js';
import { comparePriority, type OrderPriority } from './priority.js';
import { createQueuedOrder, type QueuedOrder } from './queued-order.js';

export type PlaceRefusal = 'order_id_taken' | 'invalid_shares' | 'invalid_price' | 'invalid_time';

export type PlaceOutcome =
  | {
      readonly kind: 'placed';
      /** What was matched at once, in order. */
      readonly executions: readonly Execution[];
      /** What lies in the book now; 0 when all was matched. */
      readonly restingShares: number;
      /** What was served before it in its own queue when it came in. */
      readonly sharesAhead: number;
    }
  | { readonly kind: 'refused'; readonly reason: PlaceRefusal };

/** The order book of one product. */
export interface OrderBook {
  place(order: BookOrder): PlaceOutcome;
  /** @returns what was left of it, undefined for an order that does not lie in the book. */
  cancel(orderId: string): number | undefined;
  /** What is left of an order, and what is served before it; undefined for one that does not lie in the book. */
  standing(orderId: string): { readonly restingShares: number; readonly sharesAhead: number } | undefined;
  /** The order that is served next. */
  head(side: OrderSide): BookOrder | undefined;
  /** How many orders lie on a side, and their shares. */
  depth(side: OrderSide): { readonly orders: number; readonly shares: number };
}

/**
 * A continuous double auction: an order is matched at once with the heads of the other side for as long as prices cross,
 * each time at the price of the order that lay there; what is left lies down in its own queue. Orders of one user match each
 * other like any: wash pairs are for the risk feed to see. Time is the caller's: who knows of expiry cancels first.
 */
export function createOrderBook(priority: OrderPriority = 'price_volume_time'): OrderBook {
  const compare = comparePriority(priority);
  const queues: Readonly<Record<OrderSide, OrderQueue>> = {
    subscribe: createOrderQueue(compare),
    sell: createOrderQueue(compare),
  };
  const resting = new Map<string, QueuedOrder>();
  let arrivals = 0;

  /** Matches with the other side; `incoming.units` is what is left. */
  function match(incoming: QueuedOrder): Execution[] {
    const { order } = incoming;
    const opposite = queues[order.side === 'subscribe' ? 'sell' : 'subscribe'];
    const executions: Execution[] = [];
    for (let head = opposite.head(); head && incoming.units > 0 && crosses(order, head.order); head = opposite.head()) {
      const units = Math.min(incoming.units, head.units);
      executions.push(executionOf(order, head.order, units));
      incoming.units -= units;
      opposite.takeFromHead(units);
      if (head.units === 0) resting.delete(head.order.orderId);
    }
    return executions;
  }
  return {
    place(order) {
      const reason = placeRefusal(order);
      if (reason) return { kind: 'refused', reason };
      if (resting.has(order.orderId)) return { kind: 'refused', reason: 'order_id_taken' };
      const incoming = createQueuedOrder(order, ++arrivals, toUnits(order.shares));
      const executions = match(incoming);
      if (incoming.units === 0) return { kind: 'placed', executions, restingShares: 0, sharesAhead: 0 };
      resting.set(order.orderId, incoming);
      // What crossed the other side is better than all of its own: nothing is ahead of it, whether it rests or not.
      const unitsAhead = queues[order.side].add(incoming);
      return {
        kind: 'placed',
        executions,
        restingShares: fromUnits(incoming.units),
        sharesAhead: fromUnits(unitsAhead),
      };
    },
    cancel(orderId) {
      const queued = resting.get(orderId);
      if (!queued) return undefined;
      resting.delete(orderId);
      queues[queued.order.side].remove(queued);
      return fromUnits(queued.units);
    },
    standing(orderId) {
      const queued = resting.get(orderId);
      if (!queued) return undefined;
      const ahead = queues[queued.order.side].unitsAhead(queued);
      return { restingShares: fromUnits(queued.units), sharesAhead: fromUnits(ahead) };
    },
    head: (side) => queues[side].head()?.order,
    depth: (side) => ({ orders: queues[side].size, shares: fromUnits(queues[side].units) }),
  };
}

/** Why no book takes an order, whatever lies in it. Less than half a ten-thousandth of a share is none. */
export function placeRefusal({ shares, price, placedAt, expiresAt }: BookOrder): PlaceRefusal | undefined {
  if (!(Number.isFinite(shares) && toUnits(shares) > 0)) return 'invalid_shares';
  if (!(Number.isFinite(price) && price >= 0)) return 'invalid_price';
  return Number.isFinite(placedAt) && !Number.isNaN(expiresAt) ? undefined : 'invalid_time';
}

function crosses(incoming: BookOrder, head: BookOrder): boolean {
  return incoming.side === 'subscribe' ? incoming.price >= head.price : incoming.price <= head.price;
}

function executionOf(incoming: BookOrder, head: BookOrder, units: number): Execution {
  const isSubscription = incoming.side === 'subscribe';
  return {
    at: incoming.placedAt,
    shares: fromUnits(units),
    price: head.price,
    subscription: isSubscription ? incoming : head,
    sale: isSubscription ? head : incoming,
    resting: head.side,
  };
}
