import { randomUUID } from 'node:crypto';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { deleteRows } from './delete-rows.js';
import { RECONCILE_SETTINGS } from './double-loads.js';
import { isoDay } from './note-doubt.js';
import { recount, wordsOf } from './recount.js';
import type { RowPlace } from './row-place.js';

const VIEW = `SELECT as_select AS query FROM system.tables WHERE database = currentDatabase() AND name = 'loads_view'`;
const SOURCE = /\bFROM (?:`?\w+`?\.)?`?events`?(?=\s|$)/g;

/**
 * Makes a load whole whose events all lie in the raw table, and of which some aggregates may have everything, nothing, or twice:
 * a power cut can leave the rows of a table and not the token. Exact only while nothing is loaded; doing it again changes nothing.
 */
export async function settleLoad(store: StoreConnection, places: readonly RowPlace[]): Promise<void> {
  const days = places.map(({ day }) => day);
  const [low, high] = [days.reduce((a, b) => Math.min(a, b)), days.reduce((a, b) => Math.max(a, b))];
  const mendId = randomUUID();
  await nameEvents(store, mendId, places);
  const { isMended } = wordsOf(mendId, isoDay(low), isoDay(high));
  const begun = `SELECT queue_id, min(seq) FROM double_loads WHERE mend_id = toUUID('${mendId}') GROUP BY workspace_id, queue_id`;
  await deleteRows(store, 'loads', `(queue_id, first_seq) IN (${begun})`);
  const [view] = await queryRows<{ readonly query: string }>(store, VIEW, {});
  const entries = view?.query.replace(SOURCE, () => `FROM (SELECT * FROM events FINAL WHERE ${isMended})`);
  await store.client().command({ query: `INSERT INTO loads ${entries}`, clickhouse_settings: RECONCILE_SETTINGS });
  await recount(store, mendId);
}

/** As mended, with nothing too much: the events of the load by their places, under the name of this mend. */
async function nameEvents(store: StoreConnection, mendId: string, places: readonly RowPlace[]): Promise<void> {
  const at = Date.now();
  await store.client().insert({
    table: 'double_loads',
    values: places.map(({ workspaceId, queueId, seq }) => ({
      workspace_id: workspaceId,
      queue_id: queueId,
      seq,
      mend_id: mendId,
      surplus: 0,
      found_at: at,
      mended_at: at,
    })),
    format: 'JSONEachRow',
    clickhouse_settings: { async_insert: 0, insert_deduplicate: 0 },
  });
}
