import { createRowBinaryWriter } from './row-binary.js';
import { createRowPlans } from './row-plan.js';
import { type RowLayout, rowLayout } from './tables/column.js';
import { COPIES_COLUMNS, type CopiesRow } from './tables/copies.js';
import { BATCH_COLUMNS, type BatchRow, EVENT_COLUMNS, type EventRow } from './tables/events.js';
import { REJECTED_COLUMNS, type RejectedRow } from './tables/rejected.js';

/** What the WAL calls a stream is a table here. Numbers never change their meaning: old segments carry them. */
export const EVENTS_STREAM = 0;
export const REJECTED_STREAM = 1;
export const COPIES_STREAM = 2;

/** How rows of each stream are written now, by stream number. Goes into each segment's header. */
export const ROW_LAYOUTS: readonly RowLayout[] = [
  rowLayout('events', [...BATCH_COLUMNS, ...EVENT_COLUMNS]),
  rowLayout('rejected', REJECTED_COLUMNS),
  rowLayout('copies', COPIES_COLUMNS),
];

/** Turns what was accepted into bytes that the store loads as they are. */
export interface RowEncoder {
  /** The batch's own columns are encoded once and copied before each row. */
  events(batch: BatchRow, rows: readonly EventRow[]): Uint8Array;
  rejected(rows: readonly RejectedRow[]): Uint8Array;
  copies(rows: readonly CopiesRow[]): Uint8Array;
}

export function createRowEncoder(): RowEncoder {
  const writer = createRowBinaryWriter();
  const plans = createRowPlans(EVENT_COLUMNS, writer);
  return {
    events(batch, rows) {
      for (const column of BATCH_COLUMNS) column.write(writer, batch);
      const shared = writer.take();
      for (const row of rows) {
        writer.raw(shared);
        for (const step of plans.get(row.event.type) ?? EVENT_COLUMNS) {
          if (step instanceof Uint8Array) writer.raw(step);
          else step.write(writer, row);
        }
      }
      return writer.take();
    },
    rejected(rows) {
      for (const row of rows) for (const column of REJECTED_COLUMNS) column.write(writer, row);
      return writer.take();
    },
    copies(rows) {
      for (const row of rows) for (const column of COPIES_COLUMNS) column.write(writer, row);
      return writer.take();
    },
  };
}
