import type { Tables } from './open-tables.js';

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

/** Groups in which the sum of the aggregate's rows and the count of raw rows differ. */
const SESSIONS_APART = `
  SELECT session_id FROM (
    SELECT session_id, toInt64(events) AS difference FROM sessions
    UNION ALL
    SELECT session_id, -1 AS difference FROM events
  )
  GROUP BY session_id HAVING sum(difference) != 0`;
const PAGES_APART = `
  SELECT surface, page FROM (
    SELECT toString(surface) AS surface, page, toInt64(views) AS difference FROM page_stats
    UNION ALL
    SELECT toString(surface) AS surface, page, -1 AS difference FROM events
    WHERE event_type IN ('page_view', 'screen_view')
  )
  GROUP BY surface, page HAVING sum(difference) != 0`;

/** Compares what was acknowledged with what lies in the tables. */
export async function auditTables(tables: Tables, acknowledged: ReadonlySet<string>): Promise<Audit> {
  const rows = await tables.rows<{ readonly id: string; readonly copies: number }>(COPIES);
  const copies = new Map(rows.map((row) => [row.id, row.copies]));
  const lost = [...acknowledged].filter((id) => !copies.has(id)).length;
  const duplicated = rows.reduce((sum, row) => sum + row.copies - 1, 0);
  const apart = [...(await tables.rows(SESSIONS_APART)), ...(await tables.rows(PAGES_APART))];
  return { lost, duplicated, aggregatesEqual: apart.length === 0 };
}
