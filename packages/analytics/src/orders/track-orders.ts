import { type EventRefusal, type OrderEvent, refuseEvent } from './order-event.js';
import { applyOrderEvent, emptyOrder, type OrderState } from './order-state.js';

export interface RefusedEvent {
  readonly event: OrderEvent;
  readonly reason: EventRefusal;
}

export interface TrackedOrders {
  /** By `orderId`, in the order in which they were first heard of. */
  readonly orders: ReadonlyMap<string, OrderState>;
  readonly refused: readonly RefusedEvent[];
}

/** Sorts events into the orders they are about. Bad ones are set aside with their reason; nothing throws. */
export function trackOrders(events: Iterable<OrderEvent>): TrackedOrders {
  const orders = new Map<string, OrderState>();
  const refused: RefusedEvent[] = [];
  for (const event of events) {
    const reason = refuseEvent(event);
    if (reason === undefined) {
      orders.set(event.orderId, applyOrderEvent(orders.get(event.orderId) ?? emptyOrder(event.orderId), event));
    } else {
      refused.push({ event, reason });
    }
  }
  return { orders, refused };
}
