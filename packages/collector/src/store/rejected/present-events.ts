import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import type { RefusedEntry } from './read-refused.js';

/** Which of these events lie in `events` already, whatever brought them there. */
export async function presentEvents(
  store: StoreConnection,
  workspaceId: string,
  entries: readonly RefusedEntry[],
): Promise<ReadonlySet<string>> {
  const rows = await queryRows<{ readonly id: string }>(
    store,
    `SELECT DISTINCT toString(event_id) AS id FROM events
     WHERE workspace_id = {workspace:String} AND app_id IN {apps:Array(String)} AND event_id IN {events:Array(UUID)}`,
    {
      workspace: workspaceId,
      apps: [...new Set(entries.map(({ appId }) => appId))],
      events: entries.map(({ eventId }) => eventId),
    },
  );
  return new Set(rows.map(({ id }) => id));
}
