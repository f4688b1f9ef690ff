import { once } from 'node:events';
import { chmod, mkdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { readConfig } from '../boot/config.js';
import { openWorkspaces } from '../boot/open-workspaces.js';
import { startCollector } from '../boot/start-collector.js';
import type { ControlData } from '../store/control/control-data.js';
import { lockDirectory } from '../wal/lock-directory.js';
import { checkData } from './doctor/check-data.js';
import { checkMachine } from './doctor/check-machine.js';
import { judge } from './doctor/check-store.js';
import { exitCodeOf, type Finding } from './doctor/finding.js';
import { printFindings } from './doctor/print-findings.js';
import { examine } from './doctor-command.js';

const ENGINE_NEVER: readonly [string, ...string[]] = [process.execPath, '-e', 'process.stdin.resume()'];
const configOf = (dataDirectory: string, port = 0) => readConfig({}, { dataDirectory, port, logLevel: 'silent' });
const named = (findings: readonly Finding[], name: string) => findings.find((finding) => finding.name === name);

async function runCollector(dataDirectory: string) {
  const config = configOf(dataDirectory);
  const collector = await startCollector({ config, firstWorkspace: 'test', engineCommand: ENGINE_NEVER });
  onTestFinished(() => collector.close());
  return collector;
}

describe('tidemark doctor', () => {
  it('finds nothing amiss before the first start', async () => {
    const directory = await temporaryDirectory();
    await rm(directory, { recursive: true });
    const findings = await examine(configOf(directory));
    expect(findings.filter(({ status }) => status !== 'ok')).toEqual([]);
    expect(new Set(findings.map(({ group }) => group))).toEqual(new Set(['Machine', 'Data', 'Collector', 'Store']));
  });

  it('sees a running collector, and that its store is not there', async () => {
    const directory = await temporaryDirectory();
    const { url, keys } = await runCollector(directory);
    await fetch(`${url}/v1/batch`, {
      method: 'POST',
      body: '{',
      headers: { authorization: `Bearer ${keys.writeKey}` },
    });
    const findings = await examine(configOf(directory));
    expect(named(findings, 'collector')).toMatchObject({ status: 'ok', detail: `it answers at ${url}` });
    expect(named(findings, 'readiness')).toMatchObject({
      status: 'warn',
      detail: expect.stringMatching(/store: .*schema: /),
    });
    expect(named(findings, 'keys.json')).toMatchObject({ status: 'ok' });
    expect(named(findings, 'sync to disk')?.detail).toMatch(/^median \d+\.\d ms, slowest/);
    expect(named(findings, 'rejected events')).toMatchObject({ status: 'ok' });
    expect(JSON.stringify(findings)).not.toContain('tm_');
    expect(exitCodeOf(findings)).toBe(1);
  });

  it('says when the disk has no more than the reserve left, below which the collector accepts nothing', async () => {
    const directory = await temporaryDirectory();
    const ample = await examine({ ...configOf(directory), diskReserveMiB: 0 });
    expect(named(ample, 'disk space')?.status).not.toBe('fail');
    const scarce = await examine({ ...configOf(directory), diskReserveMiB: 1_048_576 });
    expect(named(scarce, 'disk space')).toMatchObject({ status: 'fail' });
  });

  it('finds keys that others can read, and a directory that is open to them', async () => {
    const directory = await temporaryDirectory();
    await (await runCollector(directory)).close();
    await chmod(join(directory, 'keys.json'), 0o644);
    await chmod(directory, 0o755);
    await mkdir(join(directory, 'engine')); // as if there had been one
    const findings = await examine(configOf(directory), ENGINE_NEVER_READY);
    expect(named(findings, 'keys.json')).toMatchObject({ status: 'fail', detail: 'readable by others (644)' });
    expect(named(findings, 'directory')).toMatchObject({ status: 'warn', detail: expect.stringMatching(/\(755\)$/) });
    expect(named(findings, 'engine')).toMatchObject({ status: 'fail', detail: 'there is none for this platform' });
    expect(exitCodeOf(findings)).toBe(2);
    for (const { status, advice } of findings) expect(advice !== undefined).toBe(status !== 'ok');
    await (await runCollector(directory)).close(); // it has let go of the directory
  });

  it('finds a file of keys that a start would fail on, or write over, and says what serve says', async () => {
    const directory = await temporaryDirectory();
    await (await runCollector(directory)).close();
    const [keys, control] = [join(directory, 'keys.json'), join(directory, 'control.json')];
    const found = async (name: string) => named(await checkData(directory, 0, Date.now()), name);
    expect([(await found('keys.json'))?.status, (await found('control.json'))?.status]).toEqual(['ok', 'ok']);
    expect(await found('write key')).toMatchObject({ status: 'ok' });
    for (const [path, name] of [[keys, 'keys.json'] as const, [control, 'control.json'] as const]) {
      const whole = await readFile(path, 'utf8');
      await writeFile(path, whole.slice(0, 20));
      const said = await startCollector({
        config: configOf(directory),
        firstWorkspace: 'x',
        engineCommand: ENGINE_NEVER,
      })
        .then(() => 'started')
        .catch(({ message }: Error) => message);
      expect(await found(name)).toMatchObject({ status: 'fail', advice: `${said}.` });
      await rm(path);
      expect(await found(name)).toMatchObject({ status: 'fail', detail: expect.stringContaining('missing') });
      await writeFile(path, whole, { mode: 0o600 });
    }
    expect((await found('keys.json'))?.status).toBe('ok');
  });

  it.each([
    [
      'revoked',
      (control: ControlData) => ({ ...control, keys: control.keys.map((key) => ({ ...key, revoked: true })) }),
    ],
    [
      'expired',
      (control: ControlData) => ({ ...control, keys: control.keys.map((key) => ({ ...key, expiresAtMs: 1 })) }),
    ],
    [
      'of a workspace that is switched off',
      (control: ControlData) => ({
        ...control,
        workspaces: control.workspaces.map((one) => ({ ...one, disabled: true })),
      }),
    ],
  ])('warns when every write key is %s', async (_, change) => {
    const directory = await temporaryDirectory();
    const { save } = await openWorkspaces(directory, 'shop');
    await save();
    const path = join(directory, 'control.json');
    await writeFile(path, JSON.stringify(change(JSON.parse(await readFile(path, 'utf8')) as ControlData)));
    expect(named(await checkData(directory, 0, Date.now()), 'write key')).toMatchObject({ status: 'warn' });
  });

  it('finds a process that holds the directory and does not answer', async () => {
    const directory = await temporaryDirectory();
    const lock = await lockDirectory(directory);
    const findings = await examine(configOf(directory));
    expect(named(findings, 'collector')).toMatchObject({ status: 'fail', detail: expect.stringContaining('holds') });
    await lock.release();
  });

  it('passes over the lock of a killed collector whose pid another process has now', async () => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, 'collector.lock'), `{"pid":${process.pid},"startedAt":"1"}`);
    expect(named(await examine(configOf(directory)), 'collector')).toMatchObject({ status: 'ok' });
  });

  it('finds a port that is taken', async () => {
    const blocker = createServer().listen(0, '127.0.0.1');
    await once(blocker, 'listening');
    onTestFinished(() => void blocker.close());
    const { port } = blocker.address() as AddressInfo; // listening on TCP
    const findings = await examine(configOf(join(await temporaryDirectory(), 'none'), port));
    expect(named(findings, 'port')).toMatchObject({
      status: 'fail',
      detail: `127.0.0.1:${port} is taken by another program`,
    });
  });

  it('tells an old backlog and damaged segments', async () => {
    const directory = await temporaryDirectory();
    const wal = join(directory, 'wal');
    await mkdir(wal);
    await writeFile(join(wal, '0000000001.wal'), 'rows');
    const old = new Date(Date.now() - 3_600_000);
    await utimes(join(wal, '0000000001.wal'), old, old);
    expect(named(await examine(configOf(directory)), 'WAL')).toMatchObject({
      status: 'warn',
      detail: expect.stringMatching(/^1 segments, 0\.0 MiB, the oldest 60 m/),
    });
    await writeFile(join(wal, '0000000000.wal.damaged'), 'rows');
    expect(named(await examine(configOf(directory)), 'WAL')).toMatchObject({
      status: 'warn',
      detail: expect.stringContaining('damaged'),
    });
  });

  it.each([
    [{ nodeVersion: '18.20.0' }, 'runtime', 'fail'],
    [{ nodeVersion: '20.18.9' }, 'runtime', 'fail'],
    [{ nodeVersion: '22.1.0' }, 'runtime', 'ok'],
    [{ nowMs: 0 }, 'clock', 'fail'],
    [{ limits: 'Max open files            1024                 4096                 files' }, 'open files', 'warn'],
    [{ limits: 'Max open files            1024                 1048576              files' }, 'open files', 'ok'],
  ])('judges %j: %s is %s', (facts, name, status) => {
    const sound = { nodeVersion: '20.19.0', nowMs: Date.UTC(2026, 5, 1), limits: '', maxConnections: 4_096 };
    expect(named(checkMachine({ ...sound, ...facts }), name)?.status).toBe(status);
  });

  it.each([
    [{}, 'ok', 'ok', 'ok'],
    [{ nowMs: 5_000 }, 'warn', 'ok', 'ok'],
    [{ nowMs: 100_000 }, 'fail', 'ok', 'ok'],
    [{ migrations: [1] }, 'ok', 'warn', 'ok'],
    [{ migrations: [1, 2, 3, 9_999] }, 'ok', 'fail', 'ok'],
    [{ rejectedRows: 7 }, 'ok', 'ok', 'warn'],
  ])('judges a store that says %j', (said, clock, schema, rejected) => {
    const all = Array.from({ length: 100 }, (_, index) => index + 1);
    const known = judge({ nowMs: 0, migrations: [], rejectedRows: 0 }, 0);
    const missing =
      /^migrations ([\d, ]+) are/
        .exec(named(known, 'schema')?.detail ?? '')?.[1]
        ?.split(', ')
        .map(Number) ?? all;
    const findings = judge({ nowMs: 0, migrations: missing, rejectedRows: 0, ...said }, 0);
    expect(findings.map(({ status }) => status)).toEqual([clock, schema, rejected]);
  });

  it('prints for a terminal of any width, and gives control characters to none', () => {
    const findings: Finding[] = [
      { group: 'Machine', name: 'runtime', status: 'ok', detail: 'Node' },
      {
        group: 'Data',
        name: 'WAL',
        status: 'fail',
        detail: 'a\u001b[2J b',
        advice: 'One two three four five six seven.',
      },
    ];
    const plain = printFindings(findings, { colour: false, width: 36 });
    expect(plain).not.toContain('\u001b');
    expect(plain).toContain(
      '  ✗ WAL      a\uFFFD[2J b\n             One two three four five\n             six seven.\n',
    );
    expect(plain).toContain('Something does not work. 1 ok, 0 warn, 1 fail');
    expect(printFindings(findings, { colour: true, width: 100 })).toContain('\u001b[31m✗\u001b[0m WAL');
  });
});

const ENGINE_NEVER_READY: readonly [string, ...string[]] = [
  process.execPath,
  '-e',
  `console.log(JSON.stringify({ kind: 'missing', message: 'no binary' }))`,
];
