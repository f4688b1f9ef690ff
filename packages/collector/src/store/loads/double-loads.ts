import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';

/** Loads that are still under way became visible long ago when this has passed. */
const UNDER_WAY_SECONDS = 150;
/** Long-lived queues have many loads: what does not fit is kept on the server's disk. */
export const RECONCILE_SETTINGS = {
  max_threads: 1,
  max_bytes_before_external_group_by: '268435456',
  max_bytes_before_external_sort: '268435456',
  async_insert: 0,
  insert_deduplicate: 0,
} as const;

/** Queues that were loaded of late and have two loads that may hold the same event: [a, b] and [c, d] with c <= b. */
const CROWDED = `
  SELECT queue_id FROM (
    SELECT queue_id, arraySort(groupArray((first_seq, last_seq))) AS spans
    FROM loads
    WHERE queue_id IN (
      SELECT queue_id FROM loads WHERE loaded_at >= now64(3, 'UTC') - toIntervalSecond({sinceSeconds:UInt32} + ${UNDER_WAY_SECONDS})
    )
    GROUP BY workspace_id, queue_id
  )
  WHERE arrayExists((a, b) -> b.1 <= a.2, arrayPopBack(spans), arrayPopFront(spans))`;

/** Every event once for each load of it, and once less for each that was mended. */
const SURPLUS = `
  SELECT workspace_id, queue_id, seq, sum(copies) - 1 AS surplus FROM (
    SELECT workspace_id, queue_id, arrayJoin(if(empty(seqs), range(first_seq, last_seq + 1), seqs)) AS seq, toInt64(1) AS copies
    FROM loads WHERE queue_id IN (${CROWDED})
    UNION ALL
    SELECT workspace_id, queue_id, seq, -toInt64(surplus) AS copies
    FROM double_loads FINAL WHERE mended_at > toDateTime64(0, 3, 'UTC') AND queue_id IN (${CROWDED})
  )
  GROUP BY workspace_id, queue_id, seq
  HAVING surplus > 0`;

/**
 * How many events were loaded more than once and are not mended.
 *
 * @param sinceSeconds - looks at queues that were loaded since then only.
 */
export async function countDoubleLoads(store: StoreConnection, sinceSeconds: number): Promise<number> {
  const query = `SELECT count() AS events FROM (${SURPLUS})`;
  const rows = await queryRows<{ readonly events: number }>(store, query, { sinceSeconds }, RECONCILE_SETTINGS);
  return rows[0]?.events ?? 0;
}

/** Sets down what is to be mended together under the name `mendId`, at most so many events. @returns how many. */
export async function openMend(
  store: StoreConnection,
  mendId: string,
  sinceSeconds: number,
  most: number,
): Promise<number> {
  await store.client().command({
    query: `
      INSERT INTO double_loads (workspace_id, queue_id, seq, mend_id, surplus, found_at)
      SELECT workspace_id, queue_id, seq, {mendId:UUID}, surplus, now64(3, 'UTC')
      FROM (${SURPLUS}) ORDER BY queue_id, workspace_id, seq LIMIT {most:UInt32}`,
    query_params: { mendId, sinceSeconds, most },
    clickhouse_settings: RECONCILE_SETTINGS,
  });
  const query = 'SELECT count() AS events FROM double_loads WHERE mend_id = {mendId:UUID}';
  const rows = await queryRows<{ readonly events: number }>(store, query, { mendId }, RECONCILE_SETTINGS);
  return rows[0]?.events ?? 0;
}

/** From now on these events count as mended. One that was not closed is found again. */
export async function closeMend(store: StoreConnection, mendId: string): Promise<void> {
  await store.client().command({
    query: `
      INSERT INTO double_loads
      SELECT workspace_id, queue_id, seq, mend_id, surplus, found_at, now64(3, 'UTC')
      FROM double_loads WHERE mend_id = {mendId:UUID} AND mended_at = toDateTime64(0, 3, 'UTC')`,
    query_params: { mendId },
    clickhouse_settings: RECONCILE_SETTINGS,
  });
}
