import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';

const LOADED = `
  SELECT DISTINCT toString(arrayJoin(arrayIntersect(batch_ids, {ids:Array(UUID)}))) AS id
  FROM loads
  WHERE workspace_id = {workspaceId:String} AND hasAny(batch_ids, {ids:Array(UUID)})`;

/** Which of these batches brought events that are in the store, whichever collector loaded them. Ids in lower case. */
export async function loadedBatches(
  store: StoreConnection,
  workspaceId: string,
  ids: readonly string[],
): Promise<string[]> {
  const rows = await queryRows<{ readonly id: string }>(store, LOADED, { workspaceId, ids: [...ids] });
  return rows.map(({ id }) => id);
}
