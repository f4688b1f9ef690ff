import { createHash } from 'node:crypto';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { requireServerVersion } from '../server-version.js';
import { MIGRATIONS } from './apply-migrations.js';
import type { Migration } from './migration.js';

/** How far a store's schema has come. */
export interface SchemaState {
  readonly applied: readonly number[];
  /** In the order in which they will be applied. */
  readonly pending: readonly Migration[];
  /** Numbers that this release does not know: a newer one was here. */
  readonly foreign: readonly number[];
  /** Of everything that is there now; two stores with the same have the same tables, columns, views and settings. */
  readonly schemaHash: string;
}

const HAS_LEDGER = `
  SELECT count() AS tables FROM system.tables WHERE database = currentDatabase() AND name = 'schema_migrations'`;

/** A table's own UUID is the server's matter, and so is the database that it lies in. */
const STATEMENTS = `
  SELECT name, replaceRegexpAll(
    replaceAll(create_table_query, concat(currentDatabase(), '.'), ''), 'UUID \\'[^\\']*\\'', ''
  ) AS statement
  FROM system.tables WHERE database = currentDatabase() AND name != 'schema_migrations' AND NOT is_temporary
  ORDER BY name`;

/** Reads, and changes nothing. @throws {TidemarkError} `store_too_old`. */
export async function readSchemaState(store: StoreConnection, migrations = MIGRATIONS): Promise<SchemaState> {
  await requireServerVersion(store);
  const [ledger] = await queryRows<{ readonly tables: number }>(store, HAS_LEDGER, {});
  const rows = ledger?.tables
    ? await queryRows<{ readonly number: number }>(
        store,
        'SELECT number FROM schema_migrations FINAL ORDER BY number',
        {},
      )
    : [];
  const applied = rows.map(({ number }) => number);
  const known = new Set(migrations.map(({ number }) => number));
  return {
    applied,
    pending: migrations.filter(({ number }) => !applied.includes(number)),
    foreign: applied.filter((number) => !known.has(number)),
    schemaHash: await readSchemaHash(store),
  };
}

async function readSchemaHash(store: StoreConnection): Promise<string> {
  const tables = await queryRows<{ readonly name: string; readonly statement: string }>(store, STATEMENTS, {});
  const text = tables.map(({ name, statement }) => `${name}\n${statement.replace(/\s+/g, ' ')}\n`).join('');
  return createHash('sha256').update(text).digest('hex');
}
