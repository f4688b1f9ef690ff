import { randomUUID } from 'node:crypto';
import type { StoreConnection } from '../connect.js';
import { readLoadLog } from './aggregates.js';
import { deleteRows } from './delete-rows.js';
import { isoDay } from './note-doubt.js';
import { RECOUNT_SETTINGS, recount, refill, wordsOf } from './recount.js';
import type { RowPlace } from './row-place.js';

/**
 * Makes a load whole whose events all lie in the raw table, and of which some aggregates may have everything, nothing, or twice:
 * a power cut can leave the rows of a table and not the token. Exact only while nothing is loaded; doing it again changes nothing.
 */
export async function settleLoad(store: StoreConnection, places: readonly RowPlace[], nowMs: number): Promise<void> {
  const days = places.map(({ day }) => day);
  const [low, high] = [days.reduce((a, b) => Math.min(a, b)), days.reduce((a, b) => Math.max(a, b))];
  const mendId = randomUUID();
  await nameEvents(store, mendId, places, nowMs);
  const { isMended } = wordsOf(mendId, isoDay(low), isoDay(high));
  // Halves of a load that was cut at a row which the store refuses begin in its middle, and have entries of their own.
  const begun = `SELECT queue_id, seq FROM double_loads WHERE mend_id = toUUID('${mendId}')`;
  await deleteRows(store, 'loads', `(queue_id, first_seq) IN (${begun})`);
  const entries = refill(await readLoadLog(store), `SELECT * FROM events FINAL WHERE ${isMended}`, 'true');
  await store.client().command({ query: entries, clickhouse_settings: RECOUNT_SETTINGS });
  await recount(store, mendId);
}

/** As mended, with nothing too much: the events of the load by their places, under the name of this mend. */
async function nameEvents(
  store: StoreConnection,
  mendId: string,
  places: readonly RowPlace[],
  nowMs: number,
): Promise<void> {
  await store.client().insert({
    table: 'double_loads',
    values: places.map(({ workspaceId, queueId, seq }) => ({
      workspace_id: workspaceId,
      queue_id: queueId,
      seq,
      mend_id: mendId,
      surplus: 0,
      found_at: nowMs,
      mended_at: nowMs,
    })),
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 0, insert_deduplicate: 0 },
  });
}
