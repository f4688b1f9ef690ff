import type { AuditEntry } from '@tidemark/protocol';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';

const INSERT = `
  INSERT INTO audit_log (chain_id, number, at, actor, address_prefix, action, workspace_id, subject, detail,
    previous_hash, hash)
  SELECT {chainId:String}, {number:UInt64}, fromUnixTimestamp64Milli({at:Int64}, 'UTC'), {actor:String},
    {addressPrefix:String}, {action:String}, {workspaceId:String}, {subject:String}, {detail:String},
    {previousHash:String}, {hash:String}`;

/** Writing an entry again changes nothing. */
export async function writeAuditEntries(store: StoreConnection, entries: readonly AuditEntry[]): Promise<void> {
  for (const entry of entries) await store.client().command({ query: INSERT, query_params: { ...entry } });
}

const COLUMNS = `chain_id AS chainId, number, toUnixTimestamp64Milli(at) AS at, actor, address_prefix AS addressPrefix, action,
    workspace_id AS workspaceId, subject, detail, previous_hash AS previousHash, hash`;

const ALL = `SELECT ${COLUMNS} FROM audit_log AS log FINAL ORDER BY log.chain_id, log.number, log.hash`;

/** All entries, chain by chain, as `verifyEntries` wants them. */
export function readAuditChains(store: StoreConnection): Promise<AuditEntry[]> {
  return queryRows<AuditEntry>(store, ALL, {});
}

const LATEST = `
  SELECT ${COLUMNS} FROM audit_log AS log FINAL
  WHERE {workspaceId:String} = '' OR log.workspace_id = {workspaceId:String}
  ORDER BY log.at DESC, log.chain_id, log.number DESC LIMIT {limit:UInt32}`;

/** The latest first. @param workspaceId - empty for those of all workspaces and of none. */
export function readLatestAudit(store: StoreConnection, workspaceId: string, limit: number): Promise<AuditEntry[]> {
  return queryRows<AuditEntry>(store, LATEST, { workspaceId, limit });
}

/** The highest number of a chain that the store has; 0 when it has none. */
export async function lastAuditNumber(store: StoreConnection, chainId: string): Promise<number> {
  const [row] = await queryRows<{ readonly last: number }>(
    store,
    'SELECT max(number) AS last FROM audit_log WHERE chain_id = {chainId:String}',
    { chainId },
  );
  return row?.last ?? 0;
}
