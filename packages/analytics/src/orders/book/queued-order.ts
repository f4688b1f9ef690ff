import type { EpochMs } from '@tidemark/protocol';
import type { BookOrder } from './book-order.js';

/** An order in a queue, which is a tree of them: one object each, since there are many. */
export interface QueuedOrder {
  readonly order: BookOrder;
  /** What it is compared by, at hand: a queue compares some twenty orders for each that comes. The least price is served first: that of a subscription is negative. */
  readonly price: number;
  readonly volume: number;
  readonly placedAt: EpochMs;
  /** Counts up as orders come in: the last resort among equals, so that no two are equal. */
  readonly arrival: number;
  /** Ten-thousandths of a share that are not matched yet. */
  units: number;
  /** Heap order of the treap; what is above has the higher one. */
  readonly weight: number;
  left: QueuedOrder | undefined;
  right: QueuedOrder | undefined;
  /** Units of this order and all below it; kept by the queue. */
  sum: number;
}

export function createQueuedOrder(order: BookOrder, arrival: number, units: number): QueuedOrder {
  const { side, price, shares, placedAt } = order;
  return {
    order,
    price: side === 'subscribe' ? -price : price,
    volume: order.volume ?? shares,
    placedAt,
    arrival,
    units,
    weight: weightOf(arrival),
    left: undefined,
    right: undefined,
    sum: 0,
  };
}

/** Scatters arrivals as chance would, the same way each time: the finaliser of MurmurHash3 (A. Appleby, public domain). */
function weightOf(arrival: number): number {
  let bits = Math.imul(arrival ^ (arrival >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return (bits ^ (bits >>> 16)) >>> 0;
}
