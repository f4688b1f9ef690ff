import type { AcceptOptions } from '../ingest/accept-batch.js';
import type { AcceptServerOptions } from '../ingest/accept-server-batch.js';
import type { StoreConnection } from '../store/connect.js';
import { createRowEncoder, EVENTS_STREAM, REJECTED_STREAM, ROW_LAYOUTS } from '../store/encode-rows.js';
import { loadRows } from '../store/load-rows.js';
import type { RowLayout } from '../store/tables/column.js';

/*
 * Where ingest, WAL and store meet: ingest hands over events, the WAL keeps bytes, the store takes rows.
 */

/** Written into each segment, read back when it is loaded. */
export const WAL_LAYOUT = JSON.stringify(ROW_LAYOUTS);

export function createWalEncoding(): AcceptOptions['encode'] & AcceptServerOptions['encode'] {
  const encoder = createRowEncoder();
  return {
    accepted({ batch, rows }, note) {
      return { stream: EVENTS_STREAM, rowCount: rows.length, note, rows: encoder.events(batch, rows) };
    },
    rejected(events, note) {
      return { stream: REJECTED_STREAM, rowCount: events.length, note, rows: encoder.rejected(events) };
    },
  };
}

/** Loads one stream of a segment by the layout that the segment itself carries. */
export async function loadStream(
  store: StoreConnection,
  layout: string,
  stream: number,
  rows: readonly Uint8Array[],
): Promise<void> {
  const layouts = JSON.parse(layout) as readonly RowLayout[]; // WAL_LAYOUT of the collector that wrote the segment
  const target = layouts[stream];
  if (!target) throw new Error(`the segment's layout has no stream ${stream}`);
  await loadRows(store, target, rows);
}
