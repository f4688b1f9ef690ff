import type { EventId, OrderEnd, OrderFill, Settlement } from '@tidemark/protocol';
import type { OrderEvent, PageOrder } from './order-event.js';

/**
 * All that is known of one order: its events, each once, in the order in which they happened. Whatever way they come in,
 * however often, the state is the same: a set has no order, and what is concluded is concluded from the set
 * (`describeOrder`).
 */
export interface OrderState {
  readonly orderId: string;
  readonly page: readonly PageOrder[];
  readonly fills: readonly OrderFill[];
  readonly ends: readonly OrderEnd[];
  readonly settlements: readonly Settlement[];
  /** Ids under which different contents came; the content that sorts first as text is kept. */
  readonly reusedIds: readonly EventId[];
}

export function emptyOrder(orderId: string): OrderState {
  return { orderId, page: [], fills: [], ends: [], settlements: [], reusedIds: [] };
}

/**
 * @param event - of this order; look at it with `refuseEvent` before.
 * @returns the state with the event; the same object where it changes nothing.
 */
export function applyOrderEvent(state: OrderState, event: OrderEvent): OrderState {
  switch (event.type) {
    case 'order':
      return withEvent(state, 'page', event);
    case 'order_fill':
      return withEvent(state, 'fills', event);
    case 'order_end':
      return withEvent(state, 'ends', event);
    case 'settlement':
      return withEvent(state, 'settlements', event);
  }
}

type Kept = 'page' | 'fills' | 'ends' | 'settlements';

function withEvent<K extends Kept>(state: OrderState, list: K, event: OrderState[K][number]): OrderState {
  const events: readonly OrderState[K][number][] = state[list];
  const same = events.find(({ eventId }) => eventId === event.eventId);
  if (same === undefined) return { ...state, [list]: [...events, event].sort(byTimeThenId) };
  const order = compareContent(same, event);
  if (order === 0) return state;
  const reusedIds = [...new Set([...state.reusedIds, event.eventId])].sort();
  if (order < 0) return { ...state, reusedIds };
  return { ...state, reusedIds, [list]: [...events.filter((one) => one !== same), event].sort(byTimeThenId) };
}

function byTimeThenId(a: OrderEvent, b: OrderEvent): number {
  return a.occurredAt - b.occurredAt || compareTexts(a.eventId, b.eventId);
}

/** By content alone: the order of the keys depends on who wrote the JSON. */
function compareContent(a: OrderEvent, b: OrderEvent): number {
  return a === b ? 0 : compareTexts(contentOf(a), contentOf(b));
}

function contentOf(event: OrderEvent): string {
  return JSON.stringify(Object.entries(event).sort(([a], [b]) => compareTexts(a, b)));
}

function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
