import type { Migration } from '../migrations/migration.js';

/** The cluster as the server's configuration names it, and the database that lies on each of its nodes. */
export interface ClusterNames {
  readonly cluster: string;
  readonly database: string;
}

/**
 * The one set of migrations as a cluster needs it: tables replicated, statements on all nodes, and before what grows with
 * the events a Distributed table of the name that everybody reads from and loads into. Derived, so that no second copy of the
 * schema can fall behind.
 *
 * Two kinds of tables. Those that hold events, or that a view fills from them, are sharded: `NAME_local` lies on the shards.
 * All others are small and whole on every node, so that a replacing table of one row a key stays one on a cluster.
 *
 * @throws {TypeError} for a statement of a form that is not known here: it must be taught before it can run on a cluster.
 */
export function clusterMigrations(migrations: readonly Migration[], names: ClusterNames): Migration[] {
  const schema = readSharding(migrations.flatMap(({ statements }) => statements));
  return migrations.map((migration) => ({
    ...migration,
    statements: migration.statements.flatMap((statement) => clusterStatements(statement, schema, names)),
  }));
}

/** The table of a shard behind a Distributed one. */
export function localName(table: string): string {
  return `${table}_local`;
}

/** What stands behind DELETE FROM for a sharded table: rows are deleted where they lie. */
export function deletionTarget(names: ClusterNames | undefined, table: string): string {
  return names ? `${localName(table)} ON CLUSTER ${names.cluster}` : table;
}

/** Sharding key of each sharded table, by its name. */
type Sharding = ReadonlyMap<string, string>;

/** Tables that are loaded rather than filled by a view. */
const LOADED = ['events', 'rejected', 'copies'];

const CREATE_TABLE =
  /^\s*CREATE TABLE IF NOT EXISTS (\w+) \(([\s\S]*)\)\s*ENGINE = (\w*MergeTree)(?:\(([^)]*)\))?([\s\S]*)$/;
const CREATE_VIEW = /^\s*CREATE MATERIALIZED VIEW IF NOT EXISTS (\w+) TO (\w+) AS([\s\S]*)$/;
const ALTER_TABLE = /^\s*ALTER TABLE (\w+)(\s[\s\S]*)$/;
const SETTING = /^\s*MODIFY SETTING\b/;
const DROP = /^\s*DROP (VIEW|TABLE) IF EXISTS (\w+)\s*$/;
const INSERT = /^\s*INSERT INTO (\w+)\s/;
const ORDER_BY = /\bORDER BY (?:\(([^)]*)\)|(\w+))/;
/** Where a view reads from; a migration's view reads one table. */
const SOURCE = /\bFROM (\w+)\b/g;

/** A retried load is told by its token for as long as copies of events are recognised. */
const TOKEN_SECONDS = 7 * 86_400;

/** Rows of a visitor lie together: its queue, its sessions and the copies of its events meet on one shard. */
const BY_VISITOR = 'cityHash64(workspace_id, visitor_id)';

function readSharding(statements: readonly string[]): Sharding {
  const filled = statements.map((statement) => CREATE_VIEW.exec(statement)?.[2]).filter((table) => table !== undefined);
  const sharded = new Set([...LOADED, ...filled]);
  const keys = new Map<string, string>();
  for (const statement of statements) {
    const [, table = '', columns = '', , , rest = ''] = CREATE_TABLE.exec(statement) ?? [];
    if (!sharded.has(table)) continue;
    const hasVisitor = /\n\s*visitor_id /.test(columns);
    const [, list, single] = ORDER_BY.exec(rest) ?? [];
    keys.set(table, hasVisitor ? BY_VISITOR : `cityHash64(${list ?? single ?? 'workspace_id'})`);
  }
  return keys;
}

function clusterStatements(statement: string, sharding: Sharding, names: ClusterNames): string[] {
  const onCluster = `ON CLUSTER ${names.cluster}`;
  const table = CREATE_TABLE.exec(statement);
  if (table) return createTable(table, sharding, names);
  const view = CREATE_VIEW.exec(statement);
  if (view) {
    const [, name = '', target = '', query = ''] = view;
    const localQuery = query.replace(SOURCE, (_, source: string) => `FROM ${storedName(source, sharding)}`);
    return [
      `CREATE MATERIALIZED VIEW IF NOT EXISTS ${name} ${onCluster} TO ${storedName(target, sharding)} AS${localQuery}`,
    ];
  }
  const alter = ALTER_TABLE.exec(statement);
  if (alter) {
    const [, name = '', change = ''] = alter;
    // What is read from has a column last; how rows are kept is no matter of it.
    const read = SETTING.test(change) ? [] : [name];
    const changed = sharding.has(name) ? [localName(name), ...read] : [name];
    return changed.map((each) => `ALTER TABLE ${each} ${onCluster}${change}`);
  }
  const drop = DROP.exec(statement);
  if (drop) {
    const [, kind = '', name = ''] = drop;
    const dropped = kind === 'TABLE' && sharding.has(name) ? [name, localName(name)] : [name];
    // SYNC: its place in Keeper is free when the next table of the name comes.
    return dropped.map((each) => `DROP ${kind} IF EXISTS ${each} ${onCluster} SYNC`);
  }
  if (INSERT.test(statement)) return [statement]; // once, from and into tables that stand for all shards
  throw new TypeError(`a statement that cannot be derived for a cluster: ${statement.trim().slice(0, 80)}`);
}

function createTable(match: RegExpExecArray, sharding: Sharding, { cluster, database }: ClusterNames): string[] {
  const [, table = '', columns = '', engine = '', version, rest = ''] = match;
  const key = sharding.get(table);
  // What is whole on every node has one place in Keeper, and as many replicas as there are nodes.
  const place = key === undefined ? 'all' : '{shard}';
  const replica = key === undefined ? '{shard}-{replica}' : '{replica}';
  const engineArguments = [
    `'/clickhouse/tables/${place}/{database}/{table}'`,
    `'${replica}'`,
    ...(version ? [version] : []),
  ];
  const stored = storedName(table, sharding);
  const settings = rest.replace(
    /\bnon_replicated_deduplication_window = (\d+)/,
    `replicated_deduplication_window = $1, replicated_deduplication_window_seconds = ${TOKEN_SECONDS}`,
  );
  const local = `CREATE TABLE IF NOT EXISTS ${stored} ON CLUSTER ${cluster} (${columns})
    ENGINE = Replicated${engine}(${engineArguments.join(', ')})${settings}`;
  if (key === undefined) return [local];
  return [
    local,
    `CREATE TABLE IF NOT EXISTS ${table} ON CLUSTER ${cluster} AS ${stored}
    ENGINE = Distributed('${cluster}', '${database}', '${stored}', ${key})`,
  ];
}

function storedName(table: string, sharding: Sharding): string {
  return sharding.has(table) ? localName(table) : table;
}
