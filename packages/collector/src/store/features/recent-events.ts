import type { StoreConnection } from '../connect.js';

/** An event of the last hours, cut to what velocity counts. Times are epoch milliseconds; zero ids are empty. */
export type RecentEventRow = readonly [
  workspaceId: string,
  visitorId: string,
  userId: string,
  queueId: string,
  sessionId: string,
  eventId: string,
  type: string,
  occurredAtMs: number,
  receivedAtMs: number,
  seq: number,
  ipPrefix: string,
  orderId: string,
  phase: string,
  shares: number,
  price: number,
  currency: string,
];

const DAY_MS = 86_400_000;
const id = (column: string): string =>
  `if(${column} = toUUID('00000000-0000-0000-0000-000000000000'), '', toString(${column}))`;

const OF_ONE = `
        AND workspace_id = {workspaceId:String} AND consent_risk != 'denied'
      ORDER BY least(occurred_at, received_at), event_id LIMIT {limit:UInt32}`;

/**
 * Events of all workspaces that happened since, in the order they arrived, each once.
 *
 * @param receivedBeforeMs - only what was received before.
 * @param of - of one workspace, in the order they happened, at most so many, and of nobody who denied consent to risk control.
 * @param each - called row by row; nothing is kept.
 */
export async function readRecentEvents(
  store: StoreConnection,
  { sinceMs, receivedBeforeMs }: { readonly sinceMs: number; readonly receivedBeforeMs: number },
  each: (row: RecentEventRow) => void,
  of?: { readonly workspaceId: string; readonly limit: number },
): Promise<void> {
  const answer = await store.client().query({
    query: `
      SELECT workspace_id, ${id('visitor_id')}, user_id, ${id('queue_id')}, ${id('session_id')}, toString(event_id), event_type,
        toUnixTimestamp64Milli(occurred_at), toUnixTimestamp64Milli(received_at), seq, ip_prefix, order_id, order_phase,
        toFloat64(shares), toFloat64(price), currency
      FROM events FINAL
      WHERE event_day >= toDate({firstDay:Int32})
        AND least(occurred_at, received_at) >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
        AND received_at < fromUnixTimestamp64Milli({before:Int64}, 'UTC')
      ${of ? OF_ONE : 'ORDER BY received_at'}
      SETTINGS max_execution_time = 120, max_memory_usage = 4000000000`,
    query_params: { firstDay: Math.floor(sinceMs / DAY_MS), since: sinceMs, before: receivedBeforeMs, ...of },
    format: 'JSONCompactEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  for await (const rows of answer.stream<RecentEventRow>()) for (const row of rows) each(row.json<RecentEventRow>());
}
