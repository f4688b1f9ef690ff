import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';

/** What became of a user's orders, all of them. */
export interface UserDeeds {
  readonly placed: number;
  readonly ended: number;
  readonly succeeded: number;
  readonly cancelled: number;
  readonly settled: number;
  readonly reputation: number | null;
}

/*
 * Different ids are counted, so that a row which lies there twice changes nothing: FINAL would read all columns of every row to find
 * that out, and take seventy times as long over ten million.
 */
const QUERY = `
  SELECT uniqExactIf(order_id, event_type = 'order' AND order_phase = 'placed') AS placed,
    uniqExactIf(order_id, event_type = 'order_end' OR (event_type = 'order_fill' AND remaining_shares = 0)) AS ended,
    least(ended, uniqExactIf(order_id, event_type = 'order_fill')) AS succeeded,
    uniqExactIf(order_id, event_type = 'order_end' AND order_phase = 'cancelled') AS cancelled,
    uniqExactIf(event_id, event_type = 'settlement') AS settled,
    if(countIf(mapContains(props, 'reputation')) = 0, NULL,
      toFloat64OrNull(argMaxIf(props['reputation'], occurred_at, mapContains(props, 'reputation')))) AS reputation
  FROM events
  WHERE workspace_id = {workspace:String} AND user_id = {user:String}
    AND event_type IN ('order', 'order_fill', 'order_end', 'settlement')`;

export async function readUserDeeds(store: StoreConnection, workspaceId: string, userId: string): Promise<UserDeeds> {
  const [deeds] = await queryRows<UserDeeds>(store, QUERY, { workspace: workspaceId, user: userId });
  return deeds ?? { placed: 0, ended: 0, succeeded: 0, cancelled: 0, settled: 0, reputation: null };
}
