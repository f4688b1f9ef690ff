import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';

/** A table that has rows of people, and where in a row it says whose it is. */
export interface SubjectTable {
  readonly table: string;
  /** Columns that are an id of a visitor or user. */
  readonly idColumns: readonly string[];
  /** Columns that may hold one among other texts. */
  readonly mapColumns: readonly string[];
  /** Columns that can be shown to a person; states of aggregates cannot. */
  readonly plainColumns: readonly string[];
}

/** What a column with an id of a person is called, in every table. */
export const SUBJECT_COLUMNS = ['visitor_id', 'previous_visitor_id', 'user_id', 'subject_id'] as const;

const TABLES = `
  SELECT
    c.table AS table,
    groupArrayIf(c.name, has({columns:Array(String)}, c.name)) AS idColumns,
    groupArrayIf(c.name, startsWith(c.type, 'Map(')) AS mapColumns,
    groupArrayIf(c.name, NOT startsWith(c.type, 'AggregateFunction(')) AS plainColumns
  FROM (SELECT table, name, type FROM system.columns WHERE database = currentDatabase() ORDER BY table, position) AS c
  INNER JOIN system.tables AS t ON t.name = c.table
  WHERE t.database = currentDatabase() AND t.engine LIKE '%MergeTree'
  GROUP BY table
  HAVING notEmpty(idColumns) AND has(plainColumns, 'workspace_id')
  ORDER BY table`;

/** Every table of the schema with such a column: one that a new release adds is covered without anybody thinking of it. */
export function readSubjectTables(store: StoreConnection): Promise<SubjectTable[]> {
  return queryRows<SubjectTable>(store, TABLES, { columns: SUBJECT_COLUMNS });
}
