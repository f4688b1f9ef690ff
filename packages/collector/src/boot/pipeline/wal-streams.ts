import type { AcceptOptions } from '../../ingest/accept-batch.js';
import type { AcceptServerOptions } from '../../ingest/accept-server-batch.js';
import {
  COPIES_STREAM,
  createRowEncoder,
  EVENTS_STREAM,
  REJECTED_STREAM,
  ROW_LAYOUTS,
} from '../../store/encode-rows.js';
import type { RowLayout } from '../../store/tables/column.js';
import type { CopiesRow } from '../../store/tables/copies.js';
import type { WalRecord } from '../../wal/record.js';

/*
 * Where ingest, WAL and store meet: ingest hands over events, the WAL keeps bytes, the store takes rows.
 */

const NO_NOTE = new Uint8Array(0);

/** Written into each segment, read back when it is loaded. */
export const WAL_LAYOUT = JSON.stringify(ROW_LAYOUTS);

type WalEncoding = AcceptOptions['encode'] &
  AcceptServerOptions['encode'] & { copies(rows: readonly CopiesRow[]): WalRecord };

export function createWalEncoding(): WalEncoding {
  const encoder = createRowEncoder();
  return {
    accepted({ batch, rows }, note) {
      return { stream: EVENTS_STREAM, rowCount: rows.length, note, rows: encoder.events(batch, rows) };
    },
    rejected(events, note) {
      return { stream: REJECTED_STREAM, rowCount: events.length, note, rows: encoder.rejected(events) };
    },
    copies(rows) {
      return { stream: COPIES_STREAM, rowCount: rows.length, note: NO_NOTE, rows: encoder.copies(rows) };
    },
  };
}

/** @returns how the rows of a stream are written, by what the segment says; undefined for a stream that it does not know. */
export function layoutOf(layout: string, stream: number): RowLayout | undefined {
  return (JSON.parse(layout) as readonly RowLayout[])[stream]; // WAL_LAYOUT of the collector that wrote the segment
}
