import type { KeyKind } from '@tidemark/protocol';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { type ClientConfigRecord, readClientConfigs, writeClientConfigs } from './client-configs.js';

export interface WorkspaceRecord {
  readonly workspaceId: string;
  readonly name: string;
  readonly createdAtMs: number;
}

export interface KeyRecord {
  /** SHA-256 of the key, hex: the key itself is nowhere kept. */
  readonly keyHash: string;
  readonly workspaceId: string;
  readonly kind: KeyKind;
  readonly createdAtMs: number;
  readonly revoked: boolean;
}

export interface ControlData {
  readonly workspaces: readonly WorkspaceRecord[];
  readonly keys: readonly KeyRecord[];
  readonly clientConfigs: readonly ClientConfigRecord[];
}

const WORKSPACES = `
  SELECT workspace_id AS workspaceId, name, toUnixTimestamp64Milli(created_at) AS createdAtMs
  FROM workspaces FINAL ORDER BY created_at, workspace_id`;

const KEYS = `
  SELECT key_hash AS keyHash, workspace_id AS workspaceId, kind, toUnixTimestamp64Milli(created_at) AS createdAtMs,
         revoked = 1 AS revoked
  FROM api_keys FINAL ORDER BY created_at, key_hash`;

/** All workspaces, keys and client configurations. */
export async function readControlData(store: StoreConnection): Promise<ControlData> {
  const workspaces = await queryRows<WorkspaceRecord>(store, WORKSPACES, {});
  const keys = await queryRows<Omit<KeyRecord, 'revoked'> & { readonly revoked: boolean | number }>(store, KEYS, {});
  return {
    workspaces,
    keys: keys.map((key) => ({ ...key, revoked: Boolean(key.revoked) })),
    clientConfigs: await readClientConfigs(store),
  };
}

const INSERT_WORKSPACE = `
  INSERT INTO workspaces SELECT {workspaceId:String}, {name:String}, fromUnixTimestamp64Milli({createdAtMs:Int64}, 'UTC'), {version:UInt64}`;

const INSERT_KEY = `
  INSERT INTO api_keys SELECT {keyHash:String}, {workspaceId:String}, {kind:String},
    fromUnixTimestamp64Milli({createdAtMs:Int64}, 'UTC'), {revoked:UInt8}, {version:UInt64}`;

/** Writes all of it; writing the same again changes nothing, a higher version replaces. */
export async function writeControlData(store: StoreConnection, data: ControlData, version: number): Promise<void> {
  const client = store.client();
  for (const workspace of data.workspaces) {
    await client.command({ query: INSERT_WORKSPACE, query_params: { ...workspace, version } });
  }
  for (const key of data.keys) {
    await client.command({ query: INSERT_KEY, query_params: { ...key, revoked: key.revoked ? 1 : 0, version } });
  }
  await writeClientConfigs(store, data.clientConfigs);
}
