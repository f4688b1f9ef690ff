import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';

/** What an operator set for the pages of a workspace. */
export interface ClientConfigRecord {
  readonly workspaceId: string;
  readonly enabled: boolean;
  /** Share of visitors by name of the event, 0..1. */
  readonly sampling: Readonly<Record<string, number>>;
  /** When it was set, epoch milliseconds; the later of two is the one that holds. */
  readonly version: number;
}

interface Row extends Omit<ClientConfigRecord, 'enabled' | 'sampling'> {
  readonly enabled: boolean | number;
  readonly sampling: string;
}

const READ = `
  SELECT workspace_id AS workspaceId, enabled = 1 AS enabled, sampling, version
  FROM client_configs FINAL ORDER BY workspace_id`;

/** Of every workspace that has one. */
export async function readClientConfigs(store: StoreConnection): Promise<ClientConfigRecord[]> {
  const rows = await queryRows<Row>(store, READ, {});
  return rows.map(({ enabled, sampling, ...row }) => ({
    ...row,
    enabled: Boolean(enabled),
    sampling: JSON.parse(sampling) as ClientConfigRecord['sampling'], // written below
  }));
}

const INSERT = `
  INSERT INTO client_configs SELECT {workspaceId:String}, {enabled:UInt8}, {sampling:String}, {version:UInt64}`;

/** Writing the same again changes nothing, a higher version replaces. */
export async function writeClientConfigs(
  store: StoreConnection,
  records: readonly ClientConfigRecord[],
): Promise<void> {
  for (const { workspaceId, enabled, sampling, version } of records) {
    await store.client().command({
      query: INSERT,
      query_params: { workspaceId, enabled: enabled ? 1 : 0, sampling: JSON.stringify(sampling), version },
    });
  }
}
