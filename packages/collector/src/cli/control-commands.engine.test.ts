import { execFile } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { AuditEntry, IssuedKey, KeyInfo, WorkspaceInfo } from '@tidemark/protocol';
import { Command, CommanderError } from 'commander';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { makeBatch, postBatch } from '../../../../test/fixtures/batches.js';
import { startTestCollector, type TestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { TidemarkError } from '../observe/errors.js';
import { auditFilePath } from '../workspaces/audit-file.js';
import type { IssuedKeys } from '../workspaces/registry.js';
import { addControlCommands } from './control-commands.js';

let test: TestCollector;
beforeAll(async () => {
  test = await startTestCollector();
  vi.stubEnv('TIDEMARK_DATA', test.directory);
});
afterAll(() => test.close());

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** A command as a person gives it, run beside the collector's data directory. */
async function tidemark(...args: readonly string[]): Promise<Ran> {
  let [out, err] = ['', ''];
  const writeErr = (text: string) => {
    err += text;
  };
  const program = new Command('tidemark').exitOverride().configureOutput({ writeErr });
  addControlCommands(program);
  const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    out += String(text);
    return true;
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return { code: 0, out, err };
  } catch (error) {
    if (error instanceof TidemarkError) err += error.message;
    else if (!(error instanceof CommanderError)) throw error;
    return { code: 1, out, err };
  } finally {
    spy.mockRestore();
  }
}

/** The same in a process of its own. */
function tidemarkProcess(...args: readonly string[]): Promise<Ran> {
  const main = fileURLToPath(new URL('./main.ts', import.meta.url));
  const tsx = createRequire(import.meta.url).resolve('tsx');
  const command = ['--conditions=@tidemark/source', '--import', tsx, main, ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, command, (error, out, err) => resolve({ code: Number(error?.code ?? 0), out, err }));
  });
}

async function json<T>(...args: readonly string[]): Promise<T> {
  const { out, err } = await tidemark(...args, '--json');
  if (err !== '') throw new Error(err);
  return JSON.parse(out) as T; // our own command's
}

const send = async (key: string): Promise<number> => (await postBatch(test.collector.url, key, makeBatch())).status;

it('an operator makes a workspace, issues, rotates and revokes its keys, and switches it off and on', async () => {
  const made = await json<{ workspace: WorkspaceInfo; keys: IssuedKeys }>(
    'workspaces',
    'create',
    'bank',
    '--name',
    'The bank',
    '--daily-events',
    '5000',
    '--origins',
    'https://bank.example',
  );
  expect(made.workspace).toMatchObject({
    name: 'The bank',
    dailyEvents: 5_000,
    allowedOrigins: ['https://bank.example'],
  });
  expect(await send(made.keys.writeKey)).toBe(202);
  const issued = await json<IssuedKey>(
    'keys',
    'issue',
    'write',
    '--workspace',
    'bank',
    '--name',
    'app',
    '--expires',
    '90d',
  );
  expect(issued.expiresAt).toBeGreaterThan(Date.now() + 89 * 86_400_000);
  const rotated = await json<{ issued: IssuedKey; former: KeyInfo }>('keys', 'rotate', issued.keyId, '--overlap', '1h');
  expect([await send(issued.key), await send(rotated.issued.key)]).toEqual([202, 202]);
  await json('keys', 'revoke', issued.keyId);
  expect([await send(issued.key), await send(rotated.issued.key)]).toEqual([401, 202]);

  const keys = await tidemark('keys', 'list', '--workspace', 'bank');
  expect(keys.out).toMatch(/^key +workspace +kind +name +state +expires \(UTC\) +scopes +origins\n-/);
  expect(keys.out).toMatch(new RegExp(`^${issued.keyId} +bank +write +app +revoked +20`, 'm'));
  expect(keys.out).not.toMatch(/tm_[prs]k_/);

  await tidemark('workspaces', 'rename', 'bank', 'Old bank');
  const off = await tidemark('workspaces', 'disable', 'bank');
  expect(off.out).toMatch(
    /^bank +Old bank +disabled +for ever +\d+ +5,000 +https:\/\/bank.example +as sent +as sent$/m,
  );
  expect(await send(made.keys.writeKey)).toBe(403);
  await tidemark('workspaces', 'enable', 'bank');
  expect(await send(made.keys.writeKey)).toBe(202);
  const set = await json<WorkspaceInfo>('workspaces', 'set', 'bank', '--retention-days', '400', '--origins', '');
  expect(set).toMatchObject({ retentionDays: 400, allowedOrigins: [], dailyEvents: 5_000 });
  const less = await json<WorkspaceInfo>(
    'workspaces',
    'set',
    'bank',
    '--pseudonymous-ids',
    'on',
    '--cookieless',
    'on',
    '--rollup-days',
    '800',
  );
  expect(less).toMatchObject({ pseudonymousIds: true, cookieless: true, retentionDays: 400, rollupDays: 800 });
  expect((await tidemark('workspaces', 'list')).out).toMatch(
    /^bank .* 400 days, counts 800 .* pseudonyms +by the day$/m,
  );
  expect((await tidemark('workspaces', 'set', 'bank', '--cookieless', 'perhaps')).err).toContain('It is on or off.');
  const { workspaces } = await json<{ workspaces: WorkspaceInfo[] }>('workspaces', 'list');
  expect(workspaces.map(({ workspaceId }) => workspaceId)).toEqual(['test', 'bank']);

  const { entries } = await json<{ entries: AuditEntry[] }>('audit', 'list', '--workspace', 'bank', '--limit', '2');
  expect(entries.map(({ action }) => action)).toEqual(['workspace.change', 'workspace.change']);
});

it('a wrong word is told from a refusal, and neither from a fault', async () => {
  expect(await tidemark('keys', 'issue', 'write')).toMatchObject({
    code: 1,
    out: '',
    err: expect.stringContaining('workspaceId: say which'),
  });
  expect((await tidemark('keys', 'issue', 'admin')).err).toContain('Allowed choices are write, read, secret');
  expect((await tidemark('keys', 'rotate', '0123456789abcdef')).err).toContain('No key here has this id');
});

it('audit verify ends with 0 while all is as it was written, and with 1, naming the entry, when it is not', async () => {
  expect(await tidemark('audit', 'verify')).toMatchObject({
    code: 0,
    out: expect.stringContaining('as they were written'),
  });
  const offline = await tidemark('audit', 'verify', '--offline', test.directory);
  expect(offline).toMatchObject({ code: 0, out: expect.stringContaining('the store was not looked at') });
  const path = auditFilePath(test.directory);
  const whole = await readFile(path, 'utf8');
  await writeFile(path, whole.replace('"The bank"', '"My bank"').replace('The bank', 'My bank'));
  for (const run of [tidemark, tidemarkProcess]) {
    const broken = await run('audit', 'verify', ...(run === tidemark ? [] : ['--offline', test.directory]));
    expect(broken.code).toBe(1);
    expect(broken.err).toMatch(/entry 4 of chain [0-9a-f]{16} is not as it was written \(file\)/);
  }
  await writeFile(path, whole);
  expect((await tidemark('audit', 'verify', '--offline', '/nowhere')).code).toBe(1);
});
