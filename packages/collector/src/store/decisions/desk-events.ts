import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';

/** One event of an order or of the economy; fields that its type has not are empty or 0. */
export interface DeskEventRow {
  readonly eventId: string;
  readonly type: 'order' | 'order_fill' | 'order_end' | 'settlement' | 'macro_point';
  readonly occurredAt: number;
  readonly userId: string;
  readonly orderId: string;
  readonly productId: string;
  readonly side: 'subscribe' | 'sell';
  readonly phase: string;
  readonly shares: number;
  readonly remainingShares: number;
  readonly price: number;
  readonly currency: string;
  readonly reference: number;
  /** -1 for none. */
  readonly reputation: number;
  readonly series: string;
  readonly value: number;
  readonly periodAt: number;
}

/** More than these are not held in memory at once: the newest count. */
const ROWS_MAX = 1_000_000;

const QUERY = `
  SELECT toString(event_id) AS eventId, event_type AS type, toUnixTimestamp64Milli(occurred_at) AS occurredAt,
    user_id AS userId, order_id AS orderId, product_id AS productId, order_side AS side, order_phase AS phase,
    toFloat64(shares) AS shares, toFloat64(remaining_shares) AS remainingShares, toFloat64(price) AS price, currency,
    toFloat64OrZero(props['reference']) AS reference,
    if(mapContains(props, 'reputation'), toFloat64OrZero(props['reputation']), -1) AS reputation,
    name AS series, value, toUnixTimestamp64Milli(period_at) AS periodAt
  FROM events FINAL
  WHERE workspace_id = {workspace:String}
    AND event_day >= toDate({firstDay:Int32})
    AND event_type IN ('order', 'order_fill', 'order_end', 'settlement', 'macro_point')
    AND occurred_at > fromUnixTimestamp64Milli({after:Int64}, 'UTC')
  ORDER BY occurred_at DESC LIMIT ${ROWS_MAX}`;

/** What orders and the economy told after a moment, in order of time. */
export async function readDeskEvents(
  store: StoreConnection,
  workspaceId: string,
  afterMs: number,
): Promise<readonly DeskEventRow[]> {
  const after = Math.max(0, Math.floor(afterMs));
  const rows = await queryRows<DeskEventRow>(store, QUERY, {
    workspace: workspaceId,
    after,
    firstDay: Math.floor(after / 86_400_000),
  });
  return rows.reverse();
}
