import type { Command } from 'commander';
import { readConfig, storeCluster } from '../boot/config.js';
import { withStoreAlone } from '../boot/open-store-alone.js';
import { TidemarkError } from '../observe/errors.js';
import { analystStatements } from '../store/analysts/analyst-statements.js';
import { applyAnalysts } from '../store/analysts/apply-analysts.js';
import { type ClusterNames, clusterMigrations } from '../store/cluster/cluster-ddl.js';
import { applyMigrations, LEDGER_STEP, MIGRATIONS } from '../store/migrations/apply-migrations.js';
import type { Migration } from '../store/migrations/migration.js';
import { readSchemaState, type SchemaState } from '../store/migrations/schema-state.js';
import { readAnalysts } from './read-analysts.js';

export interface MigrateOptions {
  readonly data?: string;
  readonly json?: boolean;
  /** File of those who may query a workspace in SQL. */
  readonly analysts?: string;
}

/** `tidemark migrate`: what a collector does at its start, step by step and by itself. */
export function addMigrateCommands(program: Command): void {
  const group = program.command('migrate').description('look at the schema of the store, and bring it up to date');
  const steps = [
    ['plan', 'print the statements that are to come, and change nothing', planMigrations],
    ['apply', 'run them; killed at any of them and run again it ends at the same schema', runMigrations],
    ['status', 'print which steps were applied, and the hash of the schema', migrationStatus],
  ] as const;
  for (const [name, description, action] of steps) {
    group
      .command(name)
      .description(description)
      .option('--data <directory>', 'where the embedded tables live; no collector may run on it')
      .option('--json', 'print it as one JSON object')
      .option('--analysts <file>', ANALYSTS_OPTION)
      .action((options: MigrateOptions) => action(options));
  }
}

const ANALYSTS_OPTION =
  'on a ClickHouse server: who may query a workspace in SQL, lines "WORKSPACE SHA256-OF-PASSWORD"; makes views, users, policies';
const NONE_EMBEDDED = 'the embedded engine has no users and no row policies';

type EngineCommand = readonly [string, ...string[]];

export async function planMigrations(options: MigrateOptions, engineCommand?: EngineCommand): Promise<void> {
  const analysts = await analystsOf(options);
  const { pending } = await readState(options, engineCommand);
  if (options.json) return print({ pending, ...(options.analysts && { analysts }) });
  const text = pending.flatMap(({ number, name, statements }) => [
    `-- ${number} (${name})`,
    ...statements.map((statement) => `${trimmed(statement)};`),
  ]);
  if (analysts.length > 0) text.push('-- analysts', ...analysts.map((statement) => `${statement};`));
  process.stdout.write(text.length === 0 ? 'nothing is to come\n' : `${text.join('\n')}\n`);
}

export async function runMigrations(options: MigrateOptions, engineCommand?: EngineCommand): Promise<void> {
  const { config, alone } = target(options, engineCommand);
  const analysts = await analystsOf(options);
  const { applied, schemaHash } = await withStoreAlone(alone, async (store) => {
    refuseForeign(await readSchemaState(store), config.database);
    const numbers = await applyMigrations(store);
    await applyAnalysts(store, analysts);
    return { applied: numbers, schemaHash: (await readSchemaState(store)).schemaHash };
  });
  if (options.json) return print({ applied, schemaHash, ...(options.analysts && { analysts: analysts.length }) });
  const what = applied.length === 0 ? 'nothing was to come' : `applied ${applied.join(', ')}`;
  const access = options.analysts ? `analysts ${analysts.length} statements\n` : '';
  process.stdout.write(`${what}\n${access}schema   ${schemaHash}\n`);
}

export async function migrationStatus(options: MigrateOptions, engineCommand?: EngineCommand): Promise<void> {
  const { config } = target(options, engineCommand);
  const { applied, pending, foreign, schemaHash } = await readState(options, engineCommand);
  const toCome = pending.map(({ number }) => number);
  if (options.json) return print({ applied, pending: toCome, foreign, schemaHash });
  const list = (numbers: readonly number[]) => (numbers.length === 0 ? 'none' : numbers.join(', '));
  process.stdout.write(
    [
      `applied  ${list(applied)}`,
      `to come  ${list(toCome)}`,
      ...(foreign.length > 0 ? [`unknown  ${list(foreign)}: a newer release was here`] : []),
      `schema   ${schemaHash}`,
      `analysts ${config.clickhouseUrl ? 'by migrate apply --analysts FILE' : `not here: ${NONE_EMBEDDED}`}`,
      '',
    ].join('\n'),
  );
}

function target({ data }: MigrateOptions, engineCommand: EngineCommand | undefined) {
  const config = readConfig(process.env, { dataDirectory: data });
  return { config, alone: { config, ...(engineCommand && { engineCommand }) } };
}

function readState(options: MigrateOptions, engineCommand: EngineCommand | undefined): Promise<SchemaState> {
  return withStoreAlone(target(options, engineCommand).alone, async (store) => {
    const state = await readSchemaState(store);
    return store.cluster ? { ...state, pending: onCluster(state.pending, store.cluster) } : state;
  });
}

/** As `apply` runs them: what a statement means for a cluster follows from all of them. */
function onCluster(pending: readonly Migration[], cluster: ClusterNames): readonly Migration[] {
  const numbers = new Set(pending.map(({ number }) => number));
  return clusterMigrations([LEDGER_STEP, ...MIGRATIONS], cluster).filter(({ number }) => numbers.has(number));
}

/**
 * The statements that make the analysts who were named; none unless some were.
 *
 * @throws {TidemarkError} `config_invalid` on the embedded engine.
 */
async function analystsOf({ data, analysts: path }: MigrateOptions): Promise<readonly string[]> {
  if (path === undefined) return [];
  const config = readConfig(process.env, { dataDirectory: data });
  if (config.clickhouseUrl === undefined) {
    throw new TidemarkError(
      'config_invalid',
      `--analysts: ${NONE_EMBEDDED}; set TIDEMARK_CLICKHOUSE_URL to a ClickHouse server, or query with tidemark sql`,
    );
  }
  const { database } = config;
  const name = storeCluster(config)?.name;
  const store = { database, ...(name !== undefined && { cluster: { cluster: name, database } }) };
  return analystStatements(store, await readAnalysts(path));
}

function refuseForeign({ foreign }: SchemaState, database: string): void {
  if (foreign.length === 0) return;
  throw new TidemarkError(
    'migration_failed',
    `${database} has migrations that this release does not know (${foreign.join(', ')}): run the newer release`,
  );
}

function trimmed(statement: string): string {
  return statement.trim().replace(/\n {4}/g, '\n');
}

function print(value: object): void {
  process.stdout.write(`${JSON.stringify(value)}\n`);
}
