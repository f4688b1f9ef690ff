import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';

/** What a person wants to know of a store before asking why. */
export interface StoreHealth {
  /** The store's clock, epoch milliseconds. */
  readonly nowMs: number;
  /** Numbers of the migrations that were applied, ascending; empty when the collector has never been here. */
  readonly migrations: readonly number[];
  readonly rejectedRows: number;
}

const CLOCK = `SELECT toUnixTimestamp64Milli(now64(3)) AS nowMs`;
const TABLES = `SELECT name FROM system.tables WHERE database = currentDatabase() AND name IN ('schema_migrations', 'rejected')`;
const MIGRATIONS = 'SELECT number FROM schema_migrations FINAL ORDER BY number';
const REJECTED = 'SELECT count() AS rows FROM rejected';

export async function readStoreHealth(store: StoreConnection): Promise<StoreHealth> {
  const [clock] = await queryRows<{ readonly nowMs: number }>(store, CLOCK, {});
  const tables = (await queryRows<{ readonly name: string }>(store, TABLES, {})).map(({ name }) => name);
  const numbers = tables.includes('schema_migrations')
    ? await queryRows<{ readonly number: number }>(store, MIGRATIONS, {})
    : [];
  const [rejected] = tables.includes('rejected') ? await queryRows<{ readonly rows: number }>(store, REJECTED, {}) : [];
  return {
    nowMs: clock?.nowMs ?? 0,
    migrations: numbers.map(({ number }) => number),
    rejectedRows: rejected?.rows ?? 0,
  };
}
