import type { Tables } from './open-tables.js';
import { groupsApart, RECOUNTS } from './recounts.js';

export interface Audit {
  /** Acknowledged events that are in no row. */
  readonly lost: number;
  /** Rows too many: second and further ones of an event. A merge may hide one, but never from the aggregates. */
  readonly duplicated: number;
  /** Whether the aggregates are what a recount of the raw rows gives, group by group. */
  readonly aggregatesEqual: boolean;
}

/** Rows as they lie in the raw table: without FINAL, which would hide a second copy. */
const COPIES = 'SELECT toString(event_id) AS id, toUInt32(count()) AS copies FROM events GROUP BY event_id';

/** Views of the schema, which must all have a recount. */
const VIEWS = `
  SELECT replaceOne(name, '_view', '') AS table FROM system.tables
  WHERE database = currentDatabase() AND engine = 'MaterializedView' ORDER BY name`;

/** Compares what was acknowledged with what lies in the tables. */
export async function auditTables(tables: Tables, acknowledged: ReadonlySet<string>): Promise<Audit> {
  const rows = await tables.rows<{ readonly id: string; readonly copies: number }>(COPIES);
  const copies = new Map(rows.map((row) => [row.id, row.copies]));
  const lost = [...acknowledged].filter((id) => !copies.has(id)).length;
  const duplicated = rows.reduce((sum, row) => sum + row.copies - 1, 0);
  return { lost, duplicated, aggregatesEqual: (await viewsApart(tables)).length === 0 };
}

/**
 * Names of the tables that a view fills and that are not what a recount of the raw rows gives, group by group and column by
 * column. A view that nobody wrote a recount for is among them, and one that is missing.
 */
export async function viewsApart(tables: Pick<Tables, 'rows'>): Promise<string[]> {
  const views = (await tables.rows<{ readonly table: string }>(VIEWS)).map(({ table }) => table);
  const counted = RECOUNTS.map(({ table }) => table);
  const apart = [
    ...views.filter((table) => !counted.includes(table)),
    ...counted.filter((table) => !views.includes(table)),
  ];
  for (const recount of RECOUNTS) {
    if (views.includes(recount.table) && (await tables.rows(groupsApart(recount))).length > 0)
      apart.push(recount.table);
  }
  return apart;
}
