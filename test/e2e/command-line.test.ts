import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile, stat } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { temporaryDirectory } from '../fixtures/temporary-directory.js';

const CLI = fileURLToPath(new URL('../../packages/collector/dist/cli/main.js', import.meta.url));
const FIXTURE = fileURLToPath(new URL('../contract/access-log/fixture.log', import.meta.url));

interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the built command line to its end. */
function tidemark(args: readonly string[], environment: Record<string, string> = {}): Promise<Ran> {
  return new Promise((resolve) => {
    execFile(process.execPath, [CLI, ...args], { env: { ...process.env, ...environment } }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
    });
  });
}

const lastLine = (text: string): unknown => JSON.parse(text.trimEnd().split('\n').at(-1) ?? '');

async function serve(data: string): Promise<string> {
  const child = spawn(process.execPath, [CLI, 'serve', '--data', data, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(async () => {
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
  });
  for await (const line of createInterface({ input: child.stdout })) {
    const url = /^collector +(\S+)$/.exec(line)?.[1];
    if (url) return url;
  }
  throw new Error('the collector ended before it printed its address');
}

describe('the command line', () => {
  it('imports a log into a running collector, and reports it as one JSON object in the last line', async () => {
    const data = await temporaryDirectory();
    const TIDEMARK_URL = await serve(data);
    const environment = { TIDEMARK_URL, TIDEMARK_DATA: data };
    const imported = await tidemark(['import', '--format', 'combined-log', FIXTURE, '--json'], environment);
    expect(imported.code).toBe(0);
    expect(lastLine(imported.stdout)).toMatchObject({ lines: 1_000, pageViews: 207, duplicate: 0 });

    const pages = async () => lastLine((await tidemark(['report', 'pages', '--json'], environment)).stdout);
    await expect
      .poll(pages, { timeout: 20_000 })
      .toMatchObject({ totals: { views: 207, visitors: 183, sessions: 279 } });
    const { rows } = (await pages()) as { rows: Record<string, unknown>[] };
    expect(Object.keys(rows[0] ?? {})).toEqual(
      expect.arrayContaining(['page', 'views', 'visitors', 'entries', 'exits', 'dwellMsMedian']),
    );
    const table = await tidemark(['report', 'pages'], environment);
    expect(table.stdout).toContain('207 views, 183 visitors, 279 sessions');

    const { writeKey } = JSON.parse(await readFile(join(data, 'keys.json'), 'utf8')) as { writeKey: string };
    const refused = await tidemark(['report', 'pages'], { ...environment, TIDEMARK_KEY: writeKey });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(/^tidemark: the collector refused \(403\): A write key may not do this.*\n$/);
    expect((await stat(join(data, 'keys.json'))).mode & 0o777).toBe(0o600);

    const second = await tidemark(['serve', '--data', data, '--port', '0']);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/belongs to the running collector with pid \d+/);
  });

  it('says in one sentence that a port is taken, and exits 1', async () => {
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    onTestFinished(() => void other.close());
    const { port } = other.address() as AddressInfo;
    const data = await temporaryDirectory();
    const ran = await tidemark(['serve', '--data', data, '--port', String(port)], { TIDEMARK_LOG_LEVEL: 'silent' });
    expect(ran).toMatchObject({ code: 1, stdout: '' });
    expect(ran.stderr).toBe(
      `tidemark: port ${port} is taken: stop what listens there, or choose another with --port\n`,
    );
  });

  it('says what to do when there is no collector, no key, or a setting that is none', async () => {
    const data = await temporaryDirectory();
    const lonely = await tidemark(['report', 'pages'], { TIDEMARK_DATA: data });
    expect(lonely.code).toBe(1);
    expect(lonely.stderr).toMatch(/^tidemark: there is no key: set TIDEMARK_KEY/);
    const nobody = await tidemark(['report', 'pages'], { TIDEMARK_URL: 'http://127.0.0.1:9', TIDEMARK_KEY: 'tm_sk_x' });
    expect(nobody.stderr).toMatch(/^tidemark: no collector answers at http:\/\/127\.0\.0\.1:9: start one/);
    const typo = await tidemark(['serve'], { TIDEMARK_PROT: '1' });
    expect(typo).toMatchObject({ code: 1 });
    expect(typo.stderr).toContain('TIDEMARK_PROT is no setting; did you mean TIDEMARK_PORT?');
  });
});
