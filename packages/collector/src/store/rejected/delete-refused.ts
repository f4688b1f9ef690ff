import { deletionTarget } from '../cluster/cluster-ddl.js';
import type { StoreConnection } from '../connect.js';
import type { RefusedEntry } from './read-refused.js';

/** Takes rows out of `rejected` that are in their table now. */
export async function deleteRefused(
  store: StoreConnection,
  workspaceId: string,
  entries: readonly RefusedEntry[],
): Promise<void> {
  await store.client().command({
    query: `DELETE FROM ${deletionTarget(store.cluster, 'rejected')}
      WHERE workspace_id = {workspace:String} AND reason = 'refused_by_store'
        AND (toString(batch_id), event_index) IN arrayZip({batches:Array(String)}, {indexes:Array(UInt32)})`,
    query_params: {
      workspace: workspaceId,
      batches: entries.map(({ batchId }) => batchId),
      indexes: entries.map(({ eventIndex }) => eventIndex),
    },
  });
}
