import type { StoreConnection } from '../connect.js';
import { createRowBinaryWriter } from '../row-binary.js';
import { sendRows } from '../send-rows.js';
import { rowLayout } from '../tables/column.js';
import { FLAG_COLUMNS, type FlagRow } from '../tables/flags.js';

const LAYOUT = rowLayout('flags', FLAG_COLUMNS);

/**
 * Writing the same again changes nothing, a higher position replaces.
 *
 * @throws what the client throws; to be tried again.
 */
export async function writeFlags(store: StoreConnection, rows: readonly FlagRow[]): Promise<void> {
  const writer = createRowBinaryWriter();
  for (const row of rows) for (const column of FLAG_COLUMNS) column.write(writer, row);
  await sendRows(store, LAYOUT, [writer.take()], { async_insert: 0 });
}
