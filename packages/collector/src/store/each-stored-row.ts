import type { StoreConnection } from './connect.js';
import { createRowReader, type RowColumns } from './row-reader.js';
import type { RowLayout } from './tables/column.js';

/** Columns of a table, and which of its rows, in which order: all that stands behind `FROM`. */
export interface StoredRows<Name extends string> {
  readonly layout: RowLayout;
  readonly columns: readonly Name[];
  readonly from: string;
  readonly bound: Readonly<Record<string, string | number>>;
}

/**
 * Rows in the bytes that they are written in: half of what the store takes to make text of them, and a value is made only when it
 * is asked for. The answer begins when it is whole, so that no row is shown of one that fails.
 *
 * @param each - called row by row; the columns are those of the row it stands on.
 * @throws {RangeError} when the answer ends inside a row.
 */
export async function eachStoredRow<Name extends string>(
  store: StoreConnection,
  { layout, columns, from, bound }: StoredRows<Name>,
  each: (row: RowColumns<Name>) => void,
): Promise<void> {
  const { stream } = await store.client().exec({
    query: `SELECT ${columns.join(', ')} FROM ${from} FORMAT RowBinary`,
    query_params: { ...bound },
    clickhouse_settings: { wait_end_of_query: 1 },
  });
  const selected = columns.flatMap((name) => layout.columns.filter((column) => column.name === name));
  const reader = createRowReader({ ...layout, columns: selected }, columns);
  let begun: Buffer = Buffer.alloc(0);
  for await (const chunk of stream) {
    reader.begin(Buffer.concat([begun, chunk as Buffer])); // no encoding was set: chunks are buffers
    while (reader.next()) each(reader.columns);
    begun = reader.rest();
  }
  if (begun.length > 0) throw new RangeError(`the store's answer ended inside a row of ${layout.table}`);
}
