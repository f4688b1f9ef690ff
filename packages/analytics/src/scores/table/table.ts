/** What a row holds in one column before it is typed: a number, a text, or nothing. */
export type Cell = number | string | boolean | null | undefined;

/** Rows as they were read; each row has a cell for each name. */
export interface RawTable {
  readonly names: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/** Finite numbers, NaN where the value is missing. */
export interface NumericColumn {
  readonly kind: 'numeric';
  readonly name: string;
  readonly values: Float64Array;
}

/** Indices into `categories`, -1 where the value is missing. */
export interface CategoryColumn {
  readonly kind: 'category';
  readonly name: string;
  readonly codes: Int32Array;
  readonly categories: readonly string[];
}

export type Column = NumericColumn | CategoryColumn;

export interface Table {
  readonly rowCount: number;
  readonly columns: readonly Column[];
}

export function findColumn(table: Table, name: string): Column | undefined {
  return table.columns.find((column) => column.name === name);
}

/** The rows at these indices, in this order; categories keep their codes. */
export function takeRows(table: Table, rows: Int32Array): Table {
  return { rowCount: rows.length, columns: table.columns.map((column) => takeColumnRows(column, rows)) };
}

export function takeColumnRows(column: Column, rows: Int32Array): Column {
  // Plain loops: `from` with a function costs ten times as much.
  if (column.kind === 'numeric') {
    const values = new Float64Array(rows.length);
    for (let at = 0; at < rows.length; at += 1) values[at] = column.values[rows[at] as number] ?? Number.NaN; // in range
    return { ...column, values };
  }
  const codes = new Int32Array(rows.length);
  for (let at = 0; at < rows.length; at += 1) codes[at] = column.codes[rows[at] as number] ?? -1;
  return { ...column, codes };
}

/** Without these columns; names that are not there are passed over. */
export function dropColumns(table: Table, names: readonly string[]): Table {
  return { ...table, columns: table.columns.filter(({ name }) => !names.includes(name)) };
}
