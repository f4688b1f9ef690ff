import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { lstat, readdir, readFile, stat } from 'node:fs/promises';
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

/** Runs a collector until the test ends; its standard output is a pipe. */
async function serve(data: string): Promise<{ url: string; printed: string }> {
  const child = spawn(process.execPath, [CLI, 'serve', '--data', data, '--port', '0'], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  onTestFinished(async () => {
    child.kill('SIGTERM');
    const [code] = (await once(child, 'exit')) as [number | null];
    expect(code).toBe(0);
  });
  const lines: string[] = [];
  for await (const line of createInterface({ input: child.stdout })) {
    lines.push(line);
    if (line.startsWith('keys ')) break; // the last one
  }
  const url = /^collector +(\S+)$/m.exec(lines.join('\n'))?.[1];
  if (!url) throw new Error('the collector ended before it printed its address');
  return { url, printed: lines.join('\n') };
}

describe('the command line', () => {
  it('imports a log into a running collector, and reports it as one JSON object in the last line', async () => {
    const data = await temporaryDirectory();
    const { url: TIDEMARK_URL } = await serve(data);
    const environment = { TIDEMARK_URL, TIDEMARK_DATA: data };
    const imported = await tidemark(['import', '--format', 'combined-log', FIXTURE, '--json'], environment);
    expect(imported.code).toBe(0);
    expect(lastLine(imported.stdout)).toMatchObject({ lines: 1_000, pageViews: 207, duplicate: 0 });

    const noLog = await tidemark(['import', '--format', 'combined-log', join(data, 'keys.json')], environment);
    expect(noLog.code).toBe(1);
    expect(noLog.stdout).toContain('No line could be read');

    const pages = async () => lastLine((await tidemark(['report', 'pages', '--json'], environment)).stdout);
    await expect.poll(pages).toMatchObject({ totals: { views: 207, visitors: 183, sessions: 279 } });
    const { rows } = (await pages()) as { rows: Record<string, unknown>[] };
    expect(Object.keys(rows[0] ?? {})).toEqual(
      expect.arrayContaining(['page', 'views', 'visitors', 'entries', 'exits', 'dwellMsMedian']),
    );
    const table = await tidemark(['report', 'pages'], environment);
    expect(table.stdout).toContain('207 views, 183 visitors, 279 sessions');

    const { writeKey } = JSON.parse(await readFile(join(data, 'keys.json'), 'utf8')) as { writeKey: string };
    const refused = await tidemark(['report', 'pages'], { ...environment, TIDEMARK_KEY: writeKey });
    expect(refused.code).toBe(1);
    expect(refused.stderr).toMatch(
      /^tidemark: the collector refused \(403\): This write key may not do this.*"read"\.\n$/,
    );
    expect((await stat(join(data, 'keys.json'))).mode & 0o777).toBe(0o600);

    const second = await tidemark(['serve', '--data', data, '--port', '0']);
    expect(second.code).toBe(1);
    expect(second.stderr).toMatch(/belongs to the running collector with pid \d+/);
  });

  it('finds the collector of its data directory by itself, and gives its key to no other address', async () => {
    const data = await temporaryDirectory();
    const { url } = await serve(data);
    const report = (environment: Record<string, string>) =>
      tidemark(['report', 'pages', '--json'], { TIDEMARK_DATA: data, TIDEMARK_URL: '', ...environment });
    expect(await report({})).toMatchObject({ code: 0 });
    expect(await report({ TIDEMARK_URL: url })).toMatchObject({ code: 0 });

    const asked: unknown[] = [];
    const stranger = createServer((request, response) => {
      asked.push(request.headers);
      response.end('{}');
    }).listen(0, '127.0.0.1');
    await once(stranger, 'listening');
    onTestFinished(() => void stranger.close());
    const { port } = stranger.address() as AddressInfo;
    const refused = await report({ TIDEMARK_URL: `http://127.0.0.1:${port}` });
    expect(refused).toMatchObject({ code: 1, stdout: '' });
    expect(refused.stderr).toMatch(/^tidemark: there is no key for \S+: .* set TIDEMARK_KEY\n$/);
    expect(asked).toEqual([]);
  });

  it('keeps the data directory, and the read key, from everybody else', async () => {
    const umask = process.umask(0o022); // the usual one, which lets others read
    onTestFinished(() => void process.umask(umask));
    const data = join(await temporaryDirectory(), 'data');
    const { url, printed } = await serve(data);
    const paths = (await readdir(data, { recursive: true })).map((name) => join(data, name));
    expect(paths.length).toBeGreaterThan(10); // the engine's tables, too
    const open: string[] = [];
    for (const path of [data, ...paths]) {
      const entry = await lstat(path).catch(() => undefined); // the engine may have dropped it meanwhile
      if (entry && !entry.isSymbolicLink() && (entry.mode & 0o077) !== 0) open.push(path);
    }
    expect(open).toEqual([]);

    expect(printed).toContain(`${url}/console/`);
    expect(printed).not.toContain('tm_rk_');
    const console = await fetch(`${url}/console`, { redirect: 'manual' });
    expect(console.headers.get('location')).toBe('/console/');
    expect((await fetch(`${url}/console/`)).headers.get('content-security-policy')).toContain("default-src 'self'");
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
