import { setTimeout as sleep } from 'node:timers/promises';
import { TidemarkError } from '../../observe/errors.js';
import type { StoreConnection } from '../connect.js';
import { mutationsDone } from '../loads/delete-rows.js';
import { queryRows } from '../query-rows.js';

/** Deletes rows for good, from tables whose former parts go at once. */
export interface PartRewriter {
  /** Rewrites every part that holds such rows. A lightweight DELETE would leave them there, masked. */
  remove(table: string, condition: string): Promise<void>;
  /** Sets columns of such rows. @param values - expressions by column. */
  set(table: string, values: Readonly<Record<string, string>>, condition: string): Promise<void>;
}

const REWRITE_WITHIN_MS = 600_000;
const GONE_WITHIN_MS = 120_000;
const LOOK_MS = 200;

/** Former parts are usually kept for minutes, and a hundred deletions in words. */
const SETTINGS = { old_parts_lifetime: 1, finished_mutations_to_keep: 1 };

const MASKED = `
  SELECT DISTINCT table FROM system.parts
  WHERE database = currentDatabase() AND active AND has_lightweight_delete AND table IN {tables:Array(String)}`;

/** No row of ours is of that year: days begin with 2000. */
const EMPTY_PARTITION = '1970';

const FORMER = `
  SELECT table, countIf(active AND partition_id = '${EMPTY_PARTITION}') > 0 AS isInUse
  FROM system.parts
  WHERE database = currentDatabase() AND table IN {tables:Array(String)}
  GROUP BY table HAVING countIf(NOT active) > 0`;

/**
 * Has work done that deletes rows, and resolves when no part of these tables is left that held them: parts that were merged or
 * rewritten before are gone, too, and what was deleted lightly of old is no longer in any.
 *
 * @throws {TidemarkError} `store_refused` when a deletion fails, or when somebody reads a former part for too long.
 */
export async function withoutFormerParts<T>(
  store: StoreConnection,
  tables: readonly string[],
  work: (rewriter: PartRewriter) => Promise<T>,
): Promise<T> {
  const run = (query: string) => store.client().command({ query });
  const rewrite = async (table: string, change: string): Promise<void> => {
    // Nobody waits in the server: it tries a change that fails for ever, with all that is written behind it.
    await store.client().command({
      query: `ALTER TABLE ${table} ${change}`,
      clickhouse_settings: { mutations_sync: '0', log_queries: 0 },
    });
    await mutationsDone(store, table, REWRITE_WITHIN_MS);
  };
  const settings = Object.entries(SETTINGS);
  for (const table of tables) {
    await run(
      `ALTER TABLE ${table} MODIFY SETTING ${settings.map(([name, value]) => `${name} = ${value}`).join(', ')}`,
    );
  }
  try {
    for (const table of await maskedTables(store, tables)) {
      await run(`ALTER TABLE ${table} APPLY DELETED MASK SETTINGS mutations_sync = 0`);
      await mutationsDone(store, table, REWRITE_WITHIN_MS);
    }
    const result = await work({
      remove: (table, condition) => rewrite(table, `DELETE WHERE ${condition}`),
      set: (table, values, condition) =>
        rewrite(
          table,
          `UPDATE ${Object.entries(values)
            .map(([column, value]) => `${column} = ${value}`)
            .join(', ')} WHERE ${condition}`,
        ),
    });
    await formerPartsGone(store, tables);
    return result;
  } finally {
    for (const table of tables)
      await run(`ALTER TABLE ${table} RESET SETTING ${settings.map(([name]) => name).join(', ')}`);
    await keepFormerParts(store);
  }
}

/** Tables that an erasure has drop their former parts, be it one that was killed before it could put them back. */
const DROPPING = `
  SELECT name AS table FROM system.tables
  WHERE database = currentDatabase() AND match(engine_full, ' old_parts_lifetime = ${SETTINGS.old_parts_lifetime}( |,|$)')
  ORDER BY name`;

/**
 * Has every table keep its former parts as usual again. Not while somebody is erased: the erasure would wait for parts that stay.
 *
 * @returns the tables that did not.
 */
export async function keepFormerParts(store: StoreConnection): Promise<string[]> {
  const dropping = (await queryRows<{ readonly table: string }>(store, DROPPING, {})).map(({ table }) => table);
  for (const table of dropping) {
    await store.client().command({ query: `ALTER TABLE ${table} RESET SETTING ${Object.keys(SETTINGS).join(', ')}` });
  }
  return dropping;
}

async function formerPartsGone(store: StoreConnection, tables: readonly string[]): Promise<void> {
  for (const deadline = performance.now() + GONE_WITHIN_MS; ; await sleep(LOOK_MS)) {
    const left = await queryRows<{ readonly table: string; readonly isInUse: boolean | number }>(store, FORMER, {
      tables,
    });
    if (left.length === 0) return;
    if (performance.now() > deadline) {
      const names = left.map(({ table }) => table).join(', ');
      throw new TidemarkError('store_refused', `former parts of ${names} are still read; erase again later`);
    }
    // An idle server looks for what to clear away every ten minutes; whoever drops a partition, an empty one too, has it look.
    for (const { table } of left.filter(({ isInUse }) => !isInUse)) {
      await store.client().command({ query: `ALTER TABLE ${table} DROP PARTITION ID '${EMPTY_PARTITION}'` });
    }
  }
}

async function maskedTables(store: StoreConnection, tables: readonly string[]): Promise<string[]> {
  return (await queryRows<{ readonly table: string }>(store, MASKED, { tables })).map(({ table }) => table);
}
