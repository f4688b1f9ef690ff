import { setTimeout as sleep } from 'node:timers/promises';
import { TidemarkError } from '../../observe/errors.js';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';

const LOOK_MS = 10;
const GIVE_UP_MS = 20_000;

const UNDER_WAY = `
  SELECT mutation_id AS id, latest_fail_reason AS fault
  FROM system.mutations
  WHERE database = currentDatabase() AND table = {table:String} AND NOT is_done AND NOT is_killed`;

const STOP = `KILL MUTATION WHERE database = currentDatabase() AND table = {table:String}`;

/**
 * Deletes rows of a table of ours and resolves when nobody reads them any longer.
 *
 * The server tries a deletion that fails again for ever, and whoever waits for it waits as long, on the embedded engine with
 * everything that is written behind it. So nobody waits in the server: we look, and take back what fails.
 *
 * @param condition - without `{placeholders}`: a deletion forgets what they stood for.
 * @throws {TidemarkError} `store_refused` when it failed or took too long; rows may be gone or not.
 */
export async function deleteRows(store: StoreConnection, table: string, condition: string): Promise<void> {
  await store.client().command({
    query: `DELETE FROM ${table} WHERE ${condition}`,
    clickhouse_settings: { lightweight_deletes_sync: '0' },
  });
  await mutationsDone(store, table, GIVE_UP_MS);
}

/**
 * Resolves when nothing of a table is being rewritten any longer.
 *
 * @throws {TidemarkError} `store_refused` when that failed or took too long; it was taken back then.
 */
export async function mutationsDone(store: StoreConnection, table: string, giveUpMs: number): Promise<void> {
  for (const deadline = performance.now() + giveUpMs; ; ) {
    const under = await queryRows<{ readonly id: string; readonly fault: string }>(store, UNDER_WAY, { table });
    if (under.length === 0) return;
    const fault = under.map((mutation) => mutation.fault).find((reason) => reason !== '');
    if (fault !== undefined || performance.now() > deadline) {
      await store.client().command({ query: STOP, query_params: { table } });
      throw new TidemarkError('store_refused', `rows of ${table} could not be deleted: ${fault ?? 'it took too long'}`);
    }
    await sleep(LOOK_MS);
  }
}
