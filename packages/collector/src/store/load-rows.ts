import { createHash } from 'node:crypto';
import { TidemarkError } from '../observe/errors.js';
import type { StoreConnection } from './connect.js';
import { describeStoreFault, type Refusal, refusalOf } from './refusal.js';
import { sendRows } from './send-rows.js';
import type { RowLayout } from './tables/column.js';

/**
 * Every row of a load becomes visible or none, and a load that is sent again changes nothing: the token is made from
 * its content, and each table and each view's target remembers tokens.
 */
const LOAD_SETTINGS = {
  async_insert: 0,
  insert_deduplicate: 1,
  deduplicate_blocks_in_dependent_materialized_views: 1,
  // One block a load, however it is cut on the way: a token stands for a block.
  max_insert_block_size: '10000000',
  min_insert_block_size_rows: '10000000',
  min_insert_block_size_bytes: '0',
  // Collapsing equal keys while inserting would be work for nothing: views group by their keys, merges do the rest.
  optimize_on_insert: 0,
  max_insert_threads: '1',
  // A thread for the table and each view's target: what they wait for is the disk, a dozen syncs each.
  parallel_view_processing: 1,
  max_threads: 12,
  // Partitions are years, and a device's clock may say any from 2000 to 2100.
  max_partitions_per_insert_block: '101',
} as const;

/**
 * Loads rows in RowBinary into one table, all or none.
 *
 * @returns what is wrong with them when they will never be taken like this, undefined when they are in.
 * @throws {TidemarkError} `store_refused` when they may be taken later: the caller tries again with the same parts.
 */
export async function loadRows(
  store: StoreConnection,
  layout: RowLayout,
  parts: readonly Uint8Array[],
): Promise<Refusal | undefined> {
  try {
    await sendRows(store, layout, parts, { ...LOAD_SETTINGS, insert_deduplication_token: contentToken(parts) });
    return undefined;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal) return refusal;
    throw new TidemarkError('store_refused', describeStoreFault(error)); // no cause: it quotes the rows
  }
}

/** Stands for exactly these rows: the same bytes are the same load. */
export function contentToken(parts: readonly Uint8Array[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest('hex');
}
