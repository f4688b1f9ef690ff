import { DEFAULT_SCOPES } from '@tidemark/protocol';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { readClientConfigs, writeClientConfigs } from './client-configs.js';
import type { ControlData, KeyRecord, WorkspaceRecord } from './control-data.js';

/** As the store answers: a truth is a number in some formats. */
type Row<Whole, Truths extends keyof Whole> = Omit<Whole, Truths> & { readonly [T in Truths]: boolean | number };

const WORKSPACES = `
  SELECT workspace_id AS workspaceId, name, toUnixTimestamp64Milli(created_at) AS createdAtMs, disabled = 1 AS disabled,
         retention_days AS retentionDays, daily_events AS dailyEvents, allowed_origins AS allowedOrigins,
         pseudonymous_ids = 1 AS pseudonymousIds, id_salts AS idSalts, cookieless = 1 AS cookieless, rollup_days AS rollupDays, version
  FROM workspaces FINAL ORDER BY created_at, workspace_id`;

const KEYS = `
  SELECT key_hash AS keyHash, workspace_id AS workspaceId, kind, toUnixTimestamp64Milli(created_at) AS createdAtMs,
         revoked = 1 AS revoked, name, scopes, origins, toUnixTimestamp64Milli(expires_at) AS expiresAtMs,
         requests_per_second AS requestsPerSecond, version
  FROM api_keys FINAL ORDER BY created_at, key_hash`;

/** All workspaces, keys and client configurations. */
export async function readControlData(store: StoreConnection): Promise<ControlData> {
  const workspaces = await queryRows<Row<WorkspaceRecord, 'disabled' | 'pseudonymousIds' | 'cookieless'>>(
    store,
    WORKSPACES,
    {},
  );
  const keys = await queryRows<Row<KeyRecord, 'revoked'>>(store, KEYS, {});
  return {
    workspaces: workspaces.map((workspace) => ({
      ...workspace,
      disabled: Boolean(workspace.disabled),
      pseudonymousIds: Boolean(workspace.pseudonymousIds),
      cookieless: Boolean(workspace.cookieless),
    })),
    keys: keys.map((key) => ({
      ...key,
      revoked: Boolean(key.revoked),
      scopes: key.scopes.length > 0 ? key.scopes : DEFAULT_SCOPES[key.kind], // of a release that knew none
    })),
    clientConfigs: await readClientConfigs(store),
  };
}

/** Every change of a record raises its version, and with it the sum of its table. */
const STATE = `
  SELECT concat(
    (SELECT concat(toString(count()), ' ', toString(sum(version))) FROM workspaces FINAL), ' ',
    (SELECT concat(toString(count()), ' ', toString(sum(version))) FROM api_keys FINAL), ' ',
    (SELECT concat(toString(count()), ' ', toString(sum(version))) FROM client_configs FINAL)) AS state`;

/** A text that is another one when anything of the control data is: cheaper to ask every second than all of it. */
export async function readControlState(store: StoreConnection): Promise<string> {
  const [row] = await queryRows<{ readonly state: string }>(store, STATE, {});
  return row?.state ?? '';
}

const INSERT_WORKSPACE = `
  INSERT INTO workspaces (workspace_id, name, created_at, disabled, retention_days, daily_events, allowed_origins,
    pseudonymous_ids, id_salts, cookieless, rollup_days, version)
  SELECT {workspaceId:String}, {name:String}, fromUnixTimestamp64Milli({createdAtMs:Int64}, 'UTC'), {disabled:UInt8},
    {retentionDays:UInt32}, {dailyEvents:UInt64}, JSONExtract({allowedOrigins:String}, 'Array(String)'),
    {pseudonymousIds:UInt8}, JSONExtract({idSalts:String}, 'Array(String)'), {cookieless:UInt8}, {rollupDays:UInt32},
    {version:UInt64}`;

const INSERT_KEY = `
  INSERT INTO api_keys (key_hash, workspace_id, kind, created_at, revoked, name, scopes, origins, expires_at,
    requests_per_second, version)
  SELECT {keyHash:String}, {workspaceId:String}, {kind:String}, fromUnixTimestamp64Milli({createdAtMs:Int64}, 'UTC'),
    {revoked:UInt8}, {name:String}, JSONExtract({scopes:String}, 'Array(String)'),
    JSONExtract({origins:String}, 'Array(String)'),
    fromUnixTimestamp64Milli({expiresAtMs:Int64}, 'UTC'), {requestsPerSecond:UInt32}, {version:UInt64}`;

/** Writing the same again changes nothing, a higher version replaces. Lists are bound as JSON: the engines differ on the other way. */
export async function writeControlData(store: StoreConnection, data: ControlData): Promise<void> {
  const client = store.client();
  for (const workspace of data.workspaces) {
    const truths = {
      disabled: workspace.disabled ? 1 : 0,
      pseudonymousIds: workspace.pseudonymousIds ? 1 : 0,
      cookieless: workspace.cookieless ? 1 : 0,
    };
    const lists = {
      allowedOrigins: JSON.stringify(workspace.allowedOrigins),
      idSalts: JSON.stringify(workspace.idSalts),
    };
    await client.command({ query: INSERT_WORKSPACE, query_params: { ...workspace, ...truths, ...lists } });
  }
  for (const key of data.keys) {
    const lists = { scopes: JSON.stringify(key.scopes), origins: JSON.stringify(key.origins) };
    await client.command({ query: INSERT_KEY, query_params: { ...key, ...lists, revoked: key.revoked ? 1 : 0 } });
  }
  await writeClientConfigs(store, data.clientConfigs);
}
