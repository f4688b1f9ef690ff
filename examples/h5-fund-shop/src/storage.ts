import type { Order } from './portfolio.js';

/** The part of `Storage` the shop uses. */
export type KeyValueStore = Pick<Storage, 'getItem' | 'setItem'>;

export interface OrderStore {
  all(): readonly Order[];
  save(orders: readonly Order[]): void;
}

const ORDERS_KEY = 'quay.orders';

/**
 * The browser's storage where it is granted; otherwise memory, so that a private window can still browse and buy.
 *
 * @param open - `() => localStorage`; a function, because merely naming it throws where storage is blocked.
 */
export function openKeyValueStore(open: () => Storage): KeyValueStore {
  try {
    const storage = open();
    const probe = 'quay.probe';
    storage.setItem(probe, probe);
    storage.removeItem(probe);
    return storage;
  } catch {
    const memory = new Map<string, string>();
    return { getItem: (key) => memory.get(key) ?? null, setItem: (key, value) => void memory.set(key, value) };
  }
}

/** The customer's orders. Read again on every call, so that two tabs agree. */
export function createOrderStore(store: KeyValueStore): OrderStore {
  return {
    all: () => parseOrders(store.getItem(ORDERS_KEY)),
    save: (orders) => store.setItem(ORDERS_KEY, JSON.stringify(orders)),
  };
}

/** Orders from stored text; entries that do not have the shape of an order are left out. */
export function parseOrders(text: string | null): readonly Order[] {
  if (!text) return [];
  try {
    const parsed: unknown = JSON.parse(text);
    return Array.isArray(parsed) ? parsed.filter(isOrder) : [];
  } catch {
    return []; // not ours or cut short: a demo customer starts again rather than seeing a blank page
  }
}

function isOrder(value: unknown): value is Order {
  if (typeof value !== 'object' || value === null) return false;
  const order = value as Partial<Record<keyof Order, unknown>>; // boundary: fields are checked one by one below
  return (
    typeof order.orderId === 'string' &&
    typeof order.productId === 'string' &&
    (order.side === 'subscribe' || order.side === 'sell') &&
    Number.isSafeInteger(order.shares) &&
    Number.isFinite(order.price) &&
    Number.isSafeInteger(order.day) &&
    (order.soldFrom === undefined || typeof order.soldFrom === 'string')
  );
}
