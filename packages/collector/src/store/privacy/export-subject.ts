import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { locateSubject } from './locate-subject.js';
import { noteRejected, REJECTED_PLACE } from './note-rejected.js';
import { quoted, subjectWords, UNLOGGED } from './subject-words.js';

/** One row that is a subject's, as it lies in its table; states of aggregates are left out. */
export interface ExportedRow {
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
}

const PAGE_ROWS = 5_000;

/**
 * Everything that is known of a subject, table by table. Copies that a merge would make one are told once.
 *
 * @param exportId - a UUID of its own.
 */
export async function* exportSubject(
  store: StoreConnection,
  workspaceId: string,
  id: string,
  exportId: string,
): AsyncGenerator<readonly ExportedRow[]> {
  const words = await subjectWords(store, id);
  const { tables, near } = await locateSubject(store, workspaceId, words);
  const isOurs = `workspace_id = ${quoted(workspaceId)}`;
  for (const table of tables) {
    const where = table.table === 'events' ? `${near} AND ` : '';
    yield* pages(store, table.table, table.plainColumns, `${isOurs} AND ${where}${words.isSubject(table)}`);
  }
  const events = tables.find(({ table }) => table === 'events');
  const ownEvents = `${isOurs} AND ${near} AND ${words.isSubject({ idColumns: events?.idColumns ?? [] })}`;
  await noteRejected(store, {
    workspaceId,
    id,
    words,
    ownEvents,
    noted: { mendId: exportId, target: 'export' },
  });
  const places = `(SELECT key FROM recounts WHERE mend_id = toUUID('${exportId}') AND target = 'export')`;
  yield* pages(store, 'rejected', ['*'], `${isOurs} AND hex(${words.hash(REJECTED_PLACE)}) IN ${places}`);
}

async function* pages(
  store: StoreConnection,
  table: string,
  columns: readonly string[],
  condition: string,
): AsyncGenerator<readonly ExportedRow[]> {
  const order = await sortingKey(store, table);
  for (let offset = 0; ; offset += PAGE_ROWS) {
    const rows = await queryRows<Record<string, unknown>>(
      store,
      `SELECT ${columns.join(', ')} FROM ${table} FINAL WHERE ${condition} ORDER BY ${order} LIMIT ${PAGE_ROWS} OFFSET ${offset}`,
      {},
      UNLOGGED,
    );
    if (rows.length > 0) yield rows.map((row) => ({ table, row }));
    if (rows.length < PAGE_ROWS) return;
  }
}

async function sortingKey(store: StoreConnection, table: string): Promise<string> {
  const [row] = await queryRows<{ readonly key: string }>(
    store,
    'SELECT sorting_key AS key FROM system.tables WHERE database = currentDatabase() AND name = {table:String}',
    { table },
  );
  return row?.key || 'tuple()';
}
