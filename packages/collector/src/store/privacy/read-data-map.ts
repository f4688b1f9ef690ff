import type { DataMap } from '@tidemark/protocol';
import type { StoreConnection } from '../connect.js';
import { readAggregates } from '../loads/aggregates.js';
import { queryRows } from '../query-rows.js';
import { dataClassOf } from './data-classes.js';
import { readSubjectTables } from './subject-tables.js';

const COLUMNS = `
  SELECT c.table AS table, c.name AS name, c.type AS type, toUInt64(ifNull(t.total_rows, 0)) AS rows
  FROM system.columns AS c INNER JOIN system.tables AS t ON t.name = c.table
  WHERE c.database = currentDatabase() AND t.database = currentDatabase() AND t.engine LIKE '%MergeTree'
  ORDER BY c.table, c.position`;

interface Row {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly rows: number;
}

/** Every table and column that is there, what it tells of people, and what an erasure does to it. */
export async function readDataMap(store: StoreConnection): Promise<DataMap> {
  const subjects = new Set((await readSubjectTables(store)).map(({ table }) => table));
  const aggregates = new Set((await readAggregates(store)).map(({ table }) => table));
  const tables = new Map<string, Row[]>();
  for (const row of await queryRows<Row>(store, COLUMNS, {})) {
    tables.set(row.table, [...(tables.get(row.table) ?? []), row]);
  }
  const erasureOf = (table: string) =>
    aggregates.has(table) ? 'counted_anew' : subjects.has(table) || table === 'rejected' ? 'by_id' : 'none';
  return {
    tables: [...tables].map(([table, rows]) => ({
      table,
      rows: rows[0]?.rows ?? 0,
      erasure: erasureOf(table),
      columns: rows.map(({ name, type }) => ({ name, type, dataClass: dataClassOf(table, name) })),
    })),
  };
}
