import type { QueuedOrder } from './queued-order.js';

/**
 * Who is served first at one price: `price_volume_time`, the rule of the field, prefers the larger order, then the earlier;
 * `price_time` (first in, first out) the earlier alone. Total volume is what the order asked for at first: what is left of it
 * would let orders change places as they are filled.
 */
export const ORDER_PRIORITIES = ['price_volume_time', 'price_time'] as const;
export type OrderPriority = (typeof ORDER_PRIORITIES)[number];

/** @returns below 0 when `a` is served before `b`, both of one side of one book. */
export type ComparePriority = (a: QueuedOrder, b: QueuedOrder) => number;

export function comparePriority(priority: OrderPriority): ComparePriority {
  return priority === 'price_time' ? byPriceThenTime : byPriceThenVolumeThenTime;
}

function byPriceThenVolumeThenTime(a: QueuedOrder, b: QueuedOrder): number {
  return a.price - b.price || b.volume - a.volume || byTime(a, b);
}

function byPriceThenTime(a: QueuedOrder, b: QueuedOrder): number {
  return a.price - b.price || byTime(a, b);
}

function byTime(a: QueuedOrder, b: QueuedOrder): number {
  return a.placedAt - b.placedAt || a.arrival - b.arrival;
}
