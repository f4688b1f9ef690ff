import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { listenAsNode } from '../../../../test/fixtures/listen-as-node.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { analystStatements } from '../store/analysts/analyst-statements.js';
import { clusterMigrations } from '../store/cluster/cluster-ddl.js';
import { LEDGER_STEP, MIGRATIONS } from '../store/migrations/apply-migrations.js';
import { type MigrateOptions, migrationStatus, planMigrations, runMigrations } from './migrate-commands.js';

const HASH = '5e884898da28047151d0e56f8dc6292773603d0d6aabbdd62a11ef721d1542d8';
const BANK = { workspaceId: 'bank-1', passwordSha256: HASH };
const NAMES = { cluster: 'main', database: 'tidemark' };
const numbers = MIGRATIONS.map(({ number }) => number);

let data: string;
let analysts: string;

beforeEach(async () => {
  data = await temporaryDirectory();
  analysts = join(data, 'analysts.txt');
  await writeFile(analysts, `# who\n\nbank-1  ${HASH}\n`);
  onTestFinished(() => void vi.unstubAllEnvs());
});

async function output(command: (options: MigrateOptions) => Promise<void>, options: MigrateOptions): Promise<string> {
  let written = '';
  const write = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written += String(text);
    return true;
  });
  await command({ data, ...options }).finally(() => write.mockRestore());
  return written;
}

/** A server, or a node of a cluster, that the environment names. */
async function serve(cluster?: string, refuses?: (query: string) => boolean, version?: string) {
  const node = await listenAsNode(refuses, version);
  vi.stubEnv('TIDEMARK_CLICKHOUSE_URL', node.url);
  if (cluster !== undefined) vi.stubEnv('TIDEMARK_CLICKHOUSE_CLUSTER', cluster);
  return node;
}

const isSchema = (query: string) =>
  !/^\s*SELECT|schema_migrations (?:FINAL|SELECT)|INSERT INTO schema_migrations/.test(query);
const trimmed = (queries: readonly string[]) => queries.map((query) => query.trim());

describe('tidemark migrate on a ClickHouse server', { timeout: 60_000 }, () => {
  it('runs the migrations, then what makes the analysts, and says so', async () => {
    const { sent } = await serve();
    expect(await output(runMigrations, { analysts })).toMatch(/^applied 1, 2, .*\nanalysts \d+ statements\nschema /);
    const expected = [
      ...[LEDGER_STEP, ...MIGRATIONS].flatMap(({ statements }) => statements),
      ...analystStatements({ database: 'tidemark' }, [BANK]),
    ];
    expect(trimmed(sent.map(({ query }) => query).filter(isSchema))).toEqual(trimmed(expected));
  });

  it('makes no user and no policy unless somebody is named', async () => {
    const { sent } = await serve();
    expect(JSON.parse(await output(runMigrations, { json: true }))).toMatchObject({ applied: numbers });
    expect(sent.filter(({ query }) => /USER|POLICY|PROFILE/.test(query))).toEqual([]);
  });

  it('runs both ON CLUSTER where there is one, and plans what it will run', async () => {
    const { sent } = await serve('main');
    const plan = await output(planMigrations, { analysts });
    expect(sent.filter(({ query }) => isSchema(query))).toEqual([]);
    await output(runMigrations, { analysts });
    const steps = clusterMigrations([LEDGER_STEP, ...MIGRATIONS], NAMES);
    const access = analystStatements({ database: 'tidemark', cluster: NAMES }, [BANK]);
    const expected = trimmed([...steps.flatMap(({ statements }) => statements), ...access]);
    expect(trimmed(sent.map(({ query }) => query).filter(isSchema))).toEqual(expected);
    for (const { settings } of sent) expect(settings).toMatchObject({ distributed_ddl_output_mode: 'throw' });
    const words = (text: string) => text.replace(/\s+/g, ' ');
    for (const statement of [...steps.slice(1).flatMap((step) => step.statements), ...access]) {
      expect(words(plan)).toContain(words(`${statement.trim()};`));
    }
  });

  it('says which statement the server refused and what it takes, without the hash of a password', async () => {
    await serve(undefined, (query) => query.startsWith('CREATE USER'));
    const refused = await runMigrations({ data, analysts }).catch((error: unknown) => error as Error);
    expect(refused).toMatchObject({ code: 'migration_failed' });
    expect(String(refused)).toContain('CREATE USER IF NOT EXISTS `tidemark_bank-1`');
    expect(String(refused)).toContain('access_management');
    expect(String(refused)).not.toContain(HASH);
  });

  it('refuses a server that is too old before anything runs, with its version and the least one', async () => {
    const { sent } = await serve(undefined, undefined, '18.16.1');
    const refused = /server is version 18\.16\.1; Tidemark needs \d+\.\d+ or later/;
    for (const command of [planMigrations, runMigrations, migrationStatus]) {
      await expect(command({ data })).rejects.toMatchObject({
        code: 'store_too_old',
        message: expect.stringMatching(refused),
      });
    }
    expect(sent.filter(({ query }) => !query.startsWith('SELECT'))).toEqual([]);
  });

  it('tells where analysts come from', async () => {
    await serve();
    expect(await output(migrationStatus, {})).toContain('analysts by migrate apply --analysts FILE');
  });
});

describe('tidemark migrate on the embedded engine', () => {
  it.each([['plan', planMigrations] as const, ['apply', runMigrations] as const])(
    'refuses analysts in a sentence before anything is %s-ed',
    async (_, command) => {
      await expect(command({ data, analysts }, ['/does/not/exist'])).rejects.toThrow(
        /no users and no row policies; set TIDEMARK_CLICKHOUSE_URL/,
      );
    },
  );
});

describe('the file of analysts', () => {
  it.each([
    ['a password in clear', 'bank-1 secret', 'line 1'],
    ['a hash in capitals', `bank-1 ${HASH.toUpperCase()}`, 'line 1'],
    ['an id that could not stand in a statement', `\na'; DROP ${HASH}`, 'line 2'],
    ['a workspace that is named twice', `bank-1 ${HASH}\nbank-1 ${HASH}`, 'line 2'],
  ])('refuses %s, naming the line and quoting nothing', async (_, text, where) => {
    await serve();
    await writeFile(analysts, text);
    const refused = await planMigrations({ data, analysts }).catch((error: unknown) => error as Error);
    expect(String(refused)).toContain(where);
    expect(String(refused)).not.toMatch(/secret|DROP/);
  });

  it('must be there', async () => {
    await serve();
    await expect(planMigrations({ data, analysts: join(data, 'none') })).rejects.toThrow('cannot be read');
  });
});
