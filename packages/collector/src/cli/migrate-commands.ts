import type { Command } from 'commander';
import { readConfig } from '../boot/config.js';
import { withStoreAlone } from '../boot/open-store-alone.js';
import { TidemarkError } from '../observe/errors.js';
import { applyMigrations } from '../store/migrations/apply-migrations.js';
import { readSchemaState, type SchemaState } from '../store/migrations/schema-state.js';

export interface MigrateOptions {
  readonly data?: string;
  readonly json?: boolean;
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
      .action((options: MigrateOptions) => action(options));
  }
}

type EngineCommand = readonly [string, ...string[]];

export async function planMigrations(options: MigrateOptions, engineCommand?: EngineCommand): Promise<void> {
  const { pending } = await readState(options, engineCommand);
  if (options.json) return print({ pending });
  const text = pending.flatMap(({ number, name, statements }) => [
    `-- ${number} (${name})`,
    ...statements.map((statement) => `${trimmed(statement)};`),
  ]);
  process.stdout.write(text.length === 0 ? 'nothing is to come\n' : `${text.join('\n')}\n`);
}

export async function runMigrations(options: MigrateOptions, engineCommand?: EngineCommand): Promise<void> {
  const { config, alone } = target(options, engineCommand);
  const { applied, schemaHash } = await withStoreAlone(alone, async (store) => {
    refuseForeign(await readSchemaState(store), config.database);
    const numbers = await applyMigrations(store);
    return { applied: numbers, schemaHash: (await readSchemaState(store)).schemaHash };
  });
  if (options.json) return print({ applied, schemaHash });
  const what = applied.length === 0 ? 'nothing was to come' : `applied ${applied.join(', ')}`;
  process.stdout.write(`${what}\nschema   ${schemaHash}\n`);
}

export async function migrationStatus(options: MigrateOptions, engineCommand?: EngineCommand): Promise<void> {
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
      '',
    ].join('\n'),
  );
}

function target({ data }: MigrateOptions, engineCommand: EngineCommand | undefined) {
  const config = readConfig(process.env, { dataDirectory: data });
  return { config, alone: { config, ...(engineCommand && { engineCommand }) } };
}

function readState(options: MigrateOptions, engineCommand: EngineCommand | undefined): Promise<SchemaState> {
  return withStoreAlone(target(options, engineCommand).alone, (store) => readSchemaState(store));
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
