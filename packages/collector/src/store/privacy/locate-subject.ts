import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { readSubjectTables, type SubjectTable } from './subject-tables.js';
import { quoted, type SubjectWords, UNLOGGED } from './subject-words.js';

/** Where the rows of a subject lie. */
export interface SubjectPlaces {
  readonly tables: readonly SubjectTable[];
  /** Rows by table. */
  readonly counts: Readonly<Record<string, number>>;
  /** Days (UTC) of its events, ISO, in order. */
  readonly days: readonly string[];
  /** Narrows a read of the raw events down to where its events are; for statements that are kept nowhere. */
  readonly near: string;
  /** The same for those that are kept: without its sessions. */
  readonly onItsDays: string;
}

/** With more sessions than this, days alone must do: a statement has a limit. */
const SESSIONS_NAMED = 1_000;

export async function locateSubject(
  store: StoreConnection,
  workspaceId: string,
  words: SubjectWords,
): Promise<SubjectPlaces> {
  // Rejected events are looked for by their texts, too, and apart.
  const tables = (await readSubjectTables(store)).filter(({ table }) => table !== 'rejected');
  const isOurs = `workspace_id = ${quoted(workspaceId)}`;
  const events = tables.find(({ table }) => table === 'events') as SubjectTable; // the first migration makes it
  const [found] = await queryRows<{ days: string[]; sessions: string[] }>(
    store,
    `SELECT arraySort(groupUniqArray(toString(event_day))) AS days,
            groupUniqArray(${SESSIONS_NAMED + 1})(toString(session_id)) AS sessions
     FROM events WHERE ${isOurs} AND ${words.isSubject(events)}`,
    {},
    UNLOGGED,
  );
  const { days = [], sessions = [] } = found ?? {};
  const onItsDays = days.length === 0 ? '0' : `event_day IN (${days.map((day) => `toDate('${day}')`).join(', ')})`;
  const inSessions = `session_id IN (${sessions.map((session) => `toUUID('${session}')`).join(', ')})`;
  const near = days.length === 0 || sessions.length > SESSIONS_NAMED ? onItsDays : `${onItsDays} AND ${inSessions}`;
  const counts: Record<string, number> = {};
  for (const table of tables) {
    const where = table === events ? `${near} AND ` : '';
    counts[table.table] = await countRows(store, table.table, `${isOurs} AND ${where}${words.isSubject(table)}`);
  }
  return { tables, counts, days, near, onItsDays };
}

export async function countRows(store: StoreConnection, table: string, condition: string): Promise<number> {
  const query = `SELECT count() AS n FROM ${table} WHERE ${condition}`;
  const [row] = await queryRows<{ readonly n: number }>(store, query, {}, UNLOGGED);
  return row?.n ?? 0;
}
