import { readFile } from 'node:fs/promises';
import { describe, expect, it, onTestFinished } from 'vitest';
import { queryRows } from '../../packages/collector/src/store/query-rows.js';
import { BATCH_COLUMNS, EVENT_COLUMNS } from '../../packages/collector/src/store/tables/events.js';
import { REJECTED_COLUMNS } from '../../packages/collector/src/store/tables/rejected.js';
import { startTestEngine } from '../fixtures/migrated-store.js';

interface DocumentedColumn {
  readonly table: string;
  readonly name: string;
  readonly type: string;
  readonly meaning: string;
}

/** Reads the page as a person does: a heading names a table, a row of its list a column. */
function documentedColumns(markdown: string): DocumentedColumn[] {
  let table = '';
  const columns: DocumentedColumn[] = [];
  for (const line of markdown.split('\n')) {
    table = /^## (\w+)$/.exec(line)?.[1] ?? table;
    const [, name, type, meaning] = /^\| `(\w+)` \| `(.+?)` \| (.+) \|$/.exec(line) ?? [];
    if (name && type && meaning) columns.push({ table, name, type, meaning });
  }
  return columns;
}

describe('docs/data-dictionary.md', () => {
  it('lists every table and column of the live schema, in order and with its type, and no other', async () => {
    const test = await startTestEngine();
    onTestFinished(() => test.close());
    const live = await queryRows<{ table: string; name: string; type: string }>(
      test.store,
      `SELECT table, name, type FROM system.columns
       WHERE database = currentDatabase() AND table NOT LIKE '%_view' AND table NOT LIKE '.inner%'
       ORDER BY table, position`,
      {},
    );
    const documented = documentedColumns(await readFile('docs/data-dictionary.md', 'utf8'));
    const byTable = documented.map(({ table, name, type }) => ({ table, name, type }));
    expect(byTable.length).toBeGreaterThan(80);
    const inOrderOfTables = [...new Set(live.map(({ table }) => table))].flatMap((table) =>
      byTable.filter((column) => column.table === table),
    );
    expect(inOrderOfTables).toEqual(live);
    expect(byTable).toHaveLength(live.length);
  });

  it('says of each column what the code says of it', async () => {
    const documented = documentedColumns(await readFile('docs/data-dictionary.md', 'utf8'));
    const meaningsOf = (table: string) =>
      documented.filter((column) => column.table === table).map(({ name, meaning }) => ({ name, meaning }));
    expect(meaningsOf('events')).toEqual(
      [...BATCH_COLUMNS, ...EVENT_COLUMNS].map(({ name, meaning }) => ({ name, meaning })),
    );
    expect(meaningsOf('rejected')).toEqual(REJECTED_COLUMNS.map(({ name, meaning }) => ({ name, meaning })));
  });
});
