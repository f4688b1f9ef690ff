import type { CompiledQuery } from './compiled-query.js';
import { createQueryScope, type ScopeOptions } from './query-scope.js';

/** One event of an order. Times are epoch milliseconds; texts are empty, numbers 0 where the event has none. */
export type OrderEventRow = readonly [
  orderId: string,
  eventId: string,
  type: string,
  occurredAt: number,
  productId: string,
  side: string,
  phase: string,
  userId: string,
  shares: number,
  remainingShares: number,
  price: number,
  amount: number,
  currency: string,
];

/** Events of an order lie no further from its placing than this. */
const LIFE_MS = 30 * 86_400_000;

/**
 * Events of orders that may have been placed in a range, order by order, each event once. Also those around it, so that an order
 * that began before is known to have.
 */
export function compileOrderEvents(
  { from, to, productId }: { readonly from: number; readonly to: number; readonly productId?: string },
  options: ScopeOptions,
): CompiledQuery {
  const scope = createQueryScope({ from: from - LIFE_MS, to: to + LIFE_MS }, options);
  const product = productId === undefined ? '' : ` AND product_id = ${scope.bind('String', productId)}`;
  const rows = scope.events(
    `event_type IN ('order', 'order_fill', 'order_end', 'settlement') AND occurred_at >= ${scope.fromTime} AND occurred_at < ${scope.toTime}${product}`,
  );
  return scope.compiled(`
    SELECT order_id, toString(event_id), event_type, toUnixTimestamp64Milli(occurred_at), product_id, order_side, order_phase,
      user_id, toFloat64(shares), toFloat64(remaining_shares), toFloat64(price), toFloat64(amount), currency
    FROM ${rows}
    ORDER BY order_id`);
}
