import type { Order, OrderEnd, OrderFill, Settlement } from '@tidemark/protocol';

/** What a page says of an order, with whom its batch was about. */
export type PageOrder = Order & { readonly userId?: string };

/** What makes up the life of an order: what pages believe, and what a server knows. */
export type OrderEvent = PageOrder | OrderFill | OrderEnd | Settlement;

/** Why an event tells nothing about its order. */
export type EventRefusal = 'missing_order_id' | 'invalid_time' | 'invalid_number' | 'negative_number';

/** @returns why an event cannot be taken, undefined when it can. */
export function refuseEvent(event: OrderEvent): EventRefusal | undefined {
  if (!event.orderId) return 'missing_order_id';
  if (!Number.isFinite(event.occurredAt)) return 'invalid_time';
  const numbers = numbersOf(event);
  if (!numbers.every(Number.isFinite)) return 'invalid_number';
  return numbers.some((value) => value < 0) ? 'negative_number' : undefined;
}

function numbersOf(event: OrderEvent): readonly number[] {
  switch (event.type) {
    case 'order':
      return [event.shares, event.price];
    case 'order_fill':
      return [event.shares, event.remainingShares, event.price];
    case 'order_end':
      return [event.remainingShares];
    case 'settlement':
      return [event.shares]; // an amount may be negative: a fee larger than what was sold
  }
}
