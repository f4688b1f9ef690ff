import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { readSubjectTables } from './subject-tables.js';
import { UNLOGGED } from './subject-words.js';

const PAGE_ROWS = 50_000;
const NOBODY = ['', '00000000-0000-0000-0000-000000000000'];

/**
 * Every id of a visitor or user that stands in a column of any table, or among the values that apps attached; each once a
 * column, a page at a time.
 */
export async function* readPeople(store: StoreConnection, workspaceId: string): AsyncGenerator<readonly string[]> {
  for (const { table, idColumns, mapColumns } of await readSubjectTables(store)) {
    const expressions = [
      ...idColumns.map((column) => `toString(${column})`),
      ...mapColumns.map((column) => `arrayJoin(mapValues(${column}))`),
    ];
    for (const expression of expressions) yield* distinct(store, workspaceId, table, expression);
  }
  // Rejected events are of any shape: every text of theirs may be an id.
  yield* distinct(store, workspaceId, 'rejected', `arrayJoin(extractAll(raw, '"((?:[^"\\\\\\\\]|\\\\\\\\.)*)"'))`);
}

async function* distinct(
  store: StoreConnection,
  workspaceId: string,
  table: string,
  expression: string,
): AsyncGenerator<readonly string[]> {
  for (let after = ''; ; ) {
    const rows = await queryRows<{ readonly id: string }>(
      store,
      `SELECT DISTINCT ${expression} AS id FROM ${table}
       WHERE workspace_id = {workspaceId:String} AND id > {after:String} ORDER BY id LIMIT ${PAGE_ROWS}`,
      { workspaceId, after },
      UNLOGGED,
    );
    const ids = rows.map(({ id }) => id).filter((id) => !NOBODY.includes(id));
    if (ids.length > 0) yield ids;
    const last = rows.at(-1);
    if (!last || rows.length < PAGE_ROWS) return;
    after = last.id;
  }
}
