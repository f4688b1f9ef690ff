import type { StoreConnection } from '../connect.js';

/** What somebody who placed orders did, and did not forbid to look at for risk, cut to what velocity counts. Epoch milliseconds. */
export type UserActRow = readonly [
  userId: string,
  type: string,
  occurredAtMs: number,
  receivedAtMs: number,
  queueId: string,
  orderId: string,
  phase: string,
];

/** More acts than these are not learnt from: the newest count. */
export const ACTS_MAX = 1_000_000;

const QUERY = `
  SELECT user_id, event_type, toUnixTimestamp64Milli(occurred_at), toUnixTimestamp64Milli(received_at),
    if(queue_id = toUUID('00000000-0000-0000-0000-000000000000'), '', toString(queue_id)), order_id, order_phase
  FROM events FINAL
  WHERE workspace_id = {workspace:String} AND consent_risk != 'denied' AND user_id IN (
    SELECT user_id FROM events
    WHERE workspace_id = {workspace:String} AND event_type = 'order' AND order_phase = 'placed' AND user_id != '')
  ORDER BY least(occurred_at, received_at) DESC LIMIT ${ACTS_MAX}`;

/** The newest first. @param each - called row by row; nothing is kept. @returns how many there were. */
export async function readUserActs(
  store: StoreConnection,
  workspaceId: string,
  each: (row: UserActRow) => void,
): Promise<number> {
  const answer = await store.client().query({
    query: QUERY,
    query_params: { workspace: workspaceId },
    format: 'JSONCompactEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  let count = 0;
  for await (const rows of answer.stream<UserActRow>()) {
    for (const row of rows) each(row.json<UserActRow>());
    count += rows.length;
  }
  return count;
}
