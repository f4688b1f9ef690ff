import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import type { DecisionRow } from '../tables/decisions.js';

/** What of a decision tells the order, and what was said of it. */
export type PlacedOrderRow = Pick<DecisionRow, 'decisionId' | 'decidedAt' | 'modelVersion' | 'asked' | 'answer'>;

const QUERY = `
  SELECT toString(decision_id) AS decisionId, toUnixTimestamp64Milli(decided_at) AS decidedAt, model_version AS modelVersion, asked, answer
  FROM decisions FINAL
  WHERE workspace_id = {workspace:String} AND decided_at > fromUnixTimestamp64Milli({after:Int64}, 'UTC')
    AND JSONHas(asked, 'orderId')
  ORDER BY decided_at DESC LIMIT {limit:UInt32}`;

/** Decisions about orders that were placed, not about those that were only asked about; the newest first. */
export function readPlacedOrders(
  store: StoreConnection,
  workspaceId: string,
  afterMs: number,
  limit: number,
): Promise<readonly PlacedOrderRow[]> {
  return queryRows<PlacedOrderRow>(store, QUERY, { workspace: workspaceId, after: Math.floor(afterMs), limit });
}
