import type { OrderPhase } from '@tidemark/protocol';
import type { StoreConnection } from '../connect.js';
import { eachStoredRow } from '../each-stored-row.js';
import { EVENTS_STREAM, ROW_LAYOUTS } from '../encode-rows.js';
import type { RowColumns } from '../row-reader.js';
import type { RowLayout } from '../tables/column.js';

/** An event of the last hours, cut to what velocity counts. Times are epoch milliseconds; zero ids are empty. */
export interface RecentEvent {
  readonly workspaceId: string;
  readonly visitorId: string;
  readonly userId: string;
  readonly queueId: string;
  readonly sessionId: string;
  readonly eventId: string;
  readonly type: string;
  readonly occurredAtMs: number;
  readonly receivedAtMs: number;
  readonly seq: number;
  readonly ipPrefix: string;
  readonly orderId: string;
  readonly phase: string;
  readonly shares: number;
  readonly price: number;
  readonly currency: string;
}

const DAY_MS = 86_400_000;
const EVENTS = ROW_LAYOUTS[EVENTS_STREAM] as RowLayout; // there is one of each stream
const COLUMNS = [
  'workspace_id',
  'visitor_id',
  'user_id',
  'queue_id',
  'session_id',
  'event_id',
  'event_type',
  'occurred_at',
  'received_at',
  'seq',
  'ip_prefix',
  'order_id',
  'order_phase',
  'shares',
  'price',
  'currency',
] as const;

const OF_ONE = `
        AND workspace_id = {workspaceId:String} AND consent_risk != 'denied'
        AND ({phase:String} = '' OR event_type = 'order' AND order_phase = {phase:String})
      ORDER BY least(occurred_at, received_at), event_id LIMIT {limit:UInt32}`;

/**
 * Events of all workspaces that happened since, in the order they arrived, each once.
 *
 * @param receivedBeforeMs - only what was received before.
 * @param of - of one workspace, in the order they happened, at most so many, and of nobody who denied consent to risk control; of
 *   orders in one phase, if that is named.
 * @param each - called row by row; nothing is kept.
 */
export async function readRecentEvents(
  store: StoreConnection,
  { sinceMs, receivedBeforeMs }: { readonly sinceMs: number; readonly receivedBeforeMs: number },
  each: (event: RecentEvent) => void,
  of?: { readonly workspaceId: string; readonly limit: number; readonly phase?: OrderPhase },
): Promise<void> {
  const from = `events FINAL
      WHERE event_day >= toDate({firstDay:Int32})
        AND least(occurred_at, received_at) >= fromUnixTimestamp64Milli({since:Int64}, 'UTC')
        AND received_at < fromUnixTimestamp64Milli({before:Int64}, 'UTC')
      ${of ? OF_ONE : 'ORDER BY received_at'}
      SETTINGS max_execution_time = 120, max_memory_usage = 4000000000`;
  const bound = { firstDay: Math.floor(sinceMs / DAY_MS), since: sinceMs, before: receivedBeforeMs, phase: '', ...of };
  await eachStoredRow(store, { layout: EVENTS, columns: COLUMNS, from, bound }, (row) => each(recentEvent(row)));
}

function recentEvent(row: RowColumns<(typeof COLUMNS)[number]>): RecentEvent {
  return {
    workspaceId: String(row.workspace_id()),
    visitorId: String(row.visitor_id()),
    userId: String(row.user_id()),
    queueId: String(row.queue_id()),
    sessionId: String(row.session_id()),
    eventId: String(row.event_id()),
    type: String(row.event_type()),
    occurredAtMs: Number(row.occurred_at()),
    receivedAtMs: Number(row.received_at()),
    seq: Number(row.seq()),
    ipPrefix: String(row.ip_prefix()),
    orderId: String(row.order_id()),
    phase: String(row.order_phase()),
    shares: Number(row.shares()),
    price: Number(row.price()),
    currency: String(row.currency()),
  };
}
