import type { StoreConnection } from '../connect.js';
import { eachStoredRow } from '../each-stored-row.js';
import { EVENTS_STREAM, ROW_LAYOUTS } from '../encode-rows.js';
import { queryRows } from '../query-rows.js';
import type { RowColumns } from '../row-reader.js';
import type { RowLayout } from '../tables/column.js';

/** Events that arrived one after another, as many as are read at once. */
export interface PastSlice {
  /** Whose; empty for all workspaces'. */
  readonly workspaceId: string;
  /** By the collector's clock, epoch milliseconds: from the first moment on, before the last. */
  readonly fromMs: number;
  readonly toMs: number;
  /** Days by which the table is laid out, as many days since 1970. */
  readonly firstDay: number;
  readonly lastDay: number;
  readonly events: number;
}

export interface PastSpan {
  /** Of all workspaces, unless one is named. */
  readonly workspaceId?: string;
  readonly sinceMs: number;
  /** Only what was received before. */
  readonly beforeMs: number;
  /** The newest so many are taken, and what came in the minute in which they are reached. */
  readonly eventsMax: number;
  /** So many are read at once, and what came in the minute in which they are reached. */
  readonly sliceEvents: number;
}

const EVENTS = ROW_LAYOUTS[EVENTS_STREAM] as RowLayout; // there is one of each stream
/** Of the slice that is not read. */
const LEFT_OUT = -1;

const ARRIVED = `
  ({workspaceId:String} = '' OR workspace_id = {workspaceId:String})
  AND received_at >= fromUnixTimestamp64Milli({fromMs:Int64}, 'UTC') AND received_at < fromUnixTimestamp64Milli({toMs:Int64}, 'UTC')
  AND historical = 0 AND consent_risk != 'denied'`;

const SLICES = `
  SELECT
    if(before >= {eventsMax:UInt64}, ${LEFT_OUT}, intDiv(toInt64(before), {sliceEvents:UInt32})) AS slice,
    toUnixTimestamp64Milli(min(minute)) AS fromMs, toUnixTimestamp64Milli(max(minute)) + 60000 AS toMs,
    min(firstDay) AS firstDay, max(lastDay) AS lastDay, sum(found) AS events
  FROM (
    SELECT minute, found, firstDay, lastDay, sum(found) OVER (ORDER BY minute DESC) - found AS before
    FROM (
      SELECT toDateTime64(toStartOfMinute(received_at), 3, 'UTC') AS minute, count() AS found,
        toUInt32(toUInt16(min(event_day))) AS firstDay, toUInt32(toUInt16(max(event_day))) AS lastDay
      FROM events WHERE ${ARRIVED} GROUP BY minute
    )
  )
  GROUP BY slice ORDER BY fromMs
  SETTINGS max_execution_time = 120`;

/** The newest events of a span in slices, the oldest first, and how many are older and left out. */
export async function slicePast(
  store: StoreConnection,
  { workspaceId = '', sinceMs, beforeMs, ...limits }: PastSpan,
): Promise<{ readonly slices: readonly PastSlice[]; readonly leftOut: number }> {
  const bound = { workspaceId, fromMs: sinceMs, toMs: beforeMs, ...limits };
  const found = await queryRows<Omit<PastSlice, 'workspaceId'> & { readonly slice: number }>(store, SLICES, bound);
  const isRead = ({ slice }: { readonly slice: number }) => slice !== LEFT_OUT;
  const slices = found
    .filter(isRead)
    .map(({ slice: _, ...one }) => ({ ...one, workspaceId, toMs: Math.min(one.toMs, beforeMs) }));
  return { slices, leftOut: found.find((one) => !isRead(one))?.events ?? 0 };
}

/**
 * Events of a slice in the order they arrived, each once: not what is marked as history, and of nobody who denied consent to risk control.
 *
 * @param each - called row by row; the columns are those of the row it stands on.
 */
export function readSlice<Name extends string>(
  store: StoreConnection,
  { events: _, ...bound }: PastSlice,
  columns: readonly Name[],
  each: (row: RowColumns<Name>) => void,
): Promise<void> {
  const from = `events FINAL
      WHERE event_day BETWEEN toDate(toUInt16({firstDay:UInt32})) AND toDate(toUInt16({lastDay:UInt32})) AND ${ARRIVED}
      ORDER BY received_at, queue_id, seq, event_id
      SETTINGS max_execution_time = 120, max_memory_usage = 4000000000`;
  return eachStoredRow(store, { layout: EVENTS, columns, from, bound }, each);
}

/** How much of a span was read. */
export interface ReadStretch {
  /** Events that came before, which were more than are read. */
  readonly leftOut: number;
  /** From this moment on, before that one, all was read: epoch milliseconds. */
  readonly fromMs: number;
  readonly untilMs: number;
}

/**
 * The newest events of a span, slice by slice.
 *
 * @param isEnough - asked before each slice: none is read any more once it says so.
 */
export async function readStretch<Name extends string>(
  store: StoreConnection,
  span: PastSpan,
  columns: readonly Name[],
  each: (row: RowColumns<Name>) => void,
  isEnough: () => boolean = () => false,
): Promise<ReadStretch> {
  const { slices, leftOut } = await slicePast(store, span);
  const fromMs = leftOut === 0 ? span.sinceMs : (slices[0]?.fromMs ?? span.beforeMs);
  for (const slice of slices) {
    if (isEnough()) return { leftOut, fromMs, untilMs: slice.fromMs };
    await readSlice(store, slice, columns, each);
  }
  return { leftOut, fromMs, untilMs: span.beforeMs };
}
