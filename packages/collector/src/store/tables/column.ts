import type { RowBinaryWriter } from '../row-binary.js';

/** One column: the schema, the encoder and the data dictionary are all read from here. */
export interface Column<Row> {
  readonly name: string;
  /** ClickHouse type, as the server prints it. */
  readonly type: string;
  /** What it means, with the unit; printed in the data dictionary and as the column's comment. */
  readonly meaning: string;
  readonly write: (writer: RowBinaryWriter, row: Row) => void;
}

/** Name and type of each column, in order: what an INSERT of such rows needs to know. */
export interface RowLayout {
  readonly table: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
}

export function rowLayout(table: string, columns: readonly Column<never>[]): RowLayout {
  return { table, columns: columns.map(({ name, type }) => ({ name, type })) };
}
