import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';

/** A row of `rejected` that can be put through again. */
export interface RefusedEntry {
  readonly batchId: string;
  readonly eventIndex: number;
  readonly eventId: string;
  readonly appId: string;
  readonly raw: string;
}

/** Before every batch. */
export const FIRST_REFUSED: Pick<RefusedEntry, 'batchId' | 'eventIndex'> = {
  batchId: '00000000-0000-0000-0000-000000000000',
  eventIndex: 0,
};

/** Rows of one workspace that the store refused, in the order of their key, from behind one of them on. */
export function readRefused(
  store: StoreConnection,
  workspaceId: string,
  after: Pick<RefusedEntry, 'batchId' | 'eventIndex'>,
  rows: number,
): Promise<RefusedEntry[]> {
  return queryRows<RefusedEntry>(
    store,
    `SELECT toString(batch_id) AS batchId, event_index AS eventIndex, event_id AS eventId, app_id AS appId, raw
     FROM rejected FINAL
     WHERE workspace_id = {workspace:String} AND reason = 'refused_by_store'
       AND (batch_id, event_index) > (toUUID({batch:String}), {index:UInt32})
     ORDER BY batch_id, event_index
     LIMIT {rows:UInt32}`,
    { workspace: workspaceId, batch: after.batchId, index: after.eventIndex, rows },
  );
}
