import type { Suppression } from '@tidemark/protocol';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';

/** What the HMACs of suppressions are made under. It is used for nothing else. */
export interface SuppressionKey {
  readonly keyId: string;
  /** 32 bytes, hex. */
  readonly key: string;
  readonly createdAtMs: number;
}

export interface SuppressionRecord extends Suppression {
  readonly workspaceId: string;
}

/** Who was erased, in the form that lasts. It only ever grows. */
export interface SuppressionData {
  readonly keys: readonly SuppressionKey[];
  readonly entries: readonly SuppressionRecord[];
}

const KEYS = `
  SELECT key_id AS keyId, key, toUnixTimestamp64Milli(created_at) AS createdAtMs
  FROM suppression_keys FINAL ORDER BY created_at, key_id`;

const ENTRIES = `
  SELECT workspace_id AS workspaceId, key_id AS keyId, hmac, toUnixTimestamp64Milli(since) AS sinceMs
  FROM suppressions FINAL ORDER BY since, hmac`;

export async function readSuppressions(store: StoreConnection): Promise<SuppressionData> {
  return {
    keys: await queryRows<SuppressionKey>(store, KEYS, {}),
    entries: await queryRows<SuppressionRecord>(store, ENTRIES, {}),
  };
}

/** A number that grows with every entry: cheaper to ask every second than all of them. */
export async function countSuppressions(store: StoreConnection): Promise<number> {
  const [row] = await queryRows<{ readonly n: number }>(store, 'SELECT count() AS n FROM suppressions FINAL', {});
  return row?.n ?? 0;
}

const INSERT_KEY = `
  INSERT INTO suppression_keys SELECT {keyId:String}, {key:String}, fromUnixTimestamp64Milli({createdAtMs:Int64}, 'UTC')`;

const INSERT_ENTRY = `
  INSERT INTO suppressions
  SELECT {workspaceId:String}, {keyId:String}, {hmac:String}, fromUnixTimestamp64Milli({sinceMs:Int64}, 'UTC')`;

/** Writing the same again changes nothing. */
export async function writeSuppressions(store: StoreConnection, { keys, entries }: SuppressionData): Promise<void> {
  for (const key of keys) {
    await store
      .client()
      .command({ query: INSERT_KEY, query_params: { ...key }, clickhouse_settings: { log_queries: 0 } });
  }
  for (const entry of entries) await store.client().command({ query: INSERT_ENTRY, query_params: { ...entry } });
}
