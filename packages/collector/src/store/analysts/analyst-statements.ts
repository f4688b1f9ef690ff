import { type ClusterNames, localName } from '../cluster/cluster-ddl.js';

/** Who may query one workspace in SQL, on a ClickHouse server of its own right. */
export interface Analyst {
  readonly workspaceId: string;
  /** SHA-256 of the password, hex. The password itself stands in no statement: servers log them. */
  readonly passwordSha256: string;
}

export interface AnalystStore {
  readonly database: string;
  /** Set on a cluster: each statement then runs on all of its nodes. */
  readonly cluster?: ClusterNames;
}

/** What an analyst reads. Keys, settings, the audit log and the books of the loads are nobody's analysis. */
export const ANALYST_TABLES = [
  'events',
  'sessions',
  'aliases',
  'page_stats',
  'transitions',
  'user_days',
  'minute_activity',
  'goals',
  'rejected',
] as const;

/** Without an upper bound an analyst could set a limit to 0, which is none. */
const PROFILE_SETTINGS = [
  'readonly = 2 CONST', // dashboards send settings with their queries; 1 would refuse them
  'allow_ddl = 0 CONST',
  'allow_introspection_functions = 0 CONST',
  'max_execution_time = 60 MIN 1 MAX 60',
  'max_memory_usage = 4000000000 MIN 1 MAX 4000000000',
  'max_rows_to_read = 2000000000 MIN 1 MAX 2000000000',
  'max_result_rows = 1000000 MIN 1 MAX 1000000',
  'max_concurrent_queries_for_user = 8 MIN 1 MAX 8',
];

const PROFILE = 'tidemark_analyst';
const WORKSPACE = /^[a-z0-9][a-z0-9_-]{0,62}$/;
const SHA256 = /^[0-9a-f]{64}$/;

/** The database that holds a workspace's views. */
function analystDatabase(database: string, workspaceId: string): string {
  return `${database}__${workspaceId}`;
}

/** The user who reads them. */
function analystUser(workspaceId: string): string {
  return `tidemark_${workspaceId}`;
}

/**
 * What makes analysts on a ClickHouse server: a profile that only reads, and for each workspace views of its rows, a user, and a
 * row policy on the tables behind the views, so that neither a mistake in a view nor a query around it shows a row of another
 * workspace. Each statement may run twice. The embedded engine refuses users, profiles and policies.
 *
 * To be run by the user the collector connects as: that user goes on reading all rows.
 *
 * @throws {TypeError} for a workspace whose id could not stand in a statement, or a hash that is none.
 */
export function analystStatements(store: AnalystStore, analysts: readonly Analyst[]): string[] {
  const on = store.cluster ? ` ON CLUSTER ${store.cluster.cluster}` : '';
  const behind = ANALYST_TABLES.flatMap((table) => (store.cluster ? [table, localName(table)] : [table]));
  return [
    `CREATE SETTINGS PROFILE IF NOT EXISTS ${PROFILE}${on} SETTINGS ${PROFILE_SETTINGS.join(', ')}`,
    // First of all policies: with the first one on a table, whoever has none may read nothing of it.
    ...behind.map(
      (table) =>
        `CREATE ROW POLICY IF NOT EXISTS tidemark_collector${on} ON ${store.database}.${table} FOR SELECT USING 1 TO CURRENT_USER`,
    ),
    ...analysts.flatMap((analyst) => ofWorkspace(store, on, behind, analyst)),
  ];
}

function ofWorkspace(
  { database }: AnalystStore,
  on: string,
  behind: readonly string[],
  { workspaceId, passwordSha256 }: Analyst,
): string[] {
  if (!WORKSPACE.test(workspaceId)) throw new TypeError('a workspace id is 1 to 63 of a-z, 0-9, - and _');
  if (!SHA256.test(passwordSha256)) throw new TypeError('a password is given by its SHA-256, hex');
  const views = `\`${analystDatabase(database, workspaceId)}\``;
  const user = `\`${analystUser(workspaceId)}\``;
  const isOwn = `workspace_id = '${workspaceId}'`;
  const identified = `IDENTIFIED WITH sha256_hash BY '${passwordSha256}'`;
  return [
    `CREATE DATABASE IF NOT EXISTS ${views}${on}`,
    ...ANALYST_TABLES.map(
      (table) =>
        `CREATE OR REPLACE VIEW ${views}.${table}${on} SQL SECURITY INVOKER AS SELECT * FROM ${database}.${table} WHERE ${isOwn}`,
    ),
    `CREATE USER IF NOT EXISTS ${user}${on} ${identified}`,
    `ALTER USER ${user}${on} ${identified} DEFAULT DATABASE ${views} SETTINGS PROFILE '${PROFILE}'`,
    ...behind.map(
      (table) =>
        `CREATE ROW POLICY OR REPLACE ${user}${on} ON ${database}.${table} FOR SELECT USING ${isOwn} TO ${user}`,
    ),
    // Nothing that it may have been granted: files, addresses and other databases are out of its reach.
    `REVOKE${on} ALL ON *.* FROM ${user}`,
    `REVOKE${on} SOURCES ON *.* FROM ${user}`,
    `GRANT${on} SELECT ON ${views}.* TO ${user}`,
    ...behind.map((table) => `GRANT${on} SELECT ON ${database}.${table} TO ${user}`),
  ];
}
