import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { getPriority, tmpdir, totalmem } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { engineCommandFromSource, startEmptyEngine, type TestEngine } from '../../../../test/fixtures/start-engine.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { queryRows } from '../store/query-rows.js';
import { createRowBinaryWriter } from '../store/row-binary.js';
import type { EngineReport } from './child-protocol.js';

const HOSTILE = [
  'plain',
  'blank line\n\nDROP TABLE hostile',
  '\n\n; DROP TABLE hostile;\n\n',
  `'; DROP TABLE hostile; --`,
  '\n'.repeat(0x0a0a),
  '\u0000\u0000',
  "tab\tand\\backslash and \\N and \\'",
  '"quotes" `and` \'more\'',
  '\r\n\r\n',
  '漢字 😀',
  '',
];

describe('the HTTP interface of the engine', () => {
  let test: TestEngine;
  beforeAll(async () => {
    test = await startEmptyEngine();
    await test.store
      .client()
      .command({ query: 'CREATE TABLE hostile (n UInt32, text String) ENGINE = MergeTree ORDER BY n' });
  });
  afterAll(() => test.close());

  it('gives nobody what a query had written before it failed', async () => {
    const ask = (query: string) => test.store.client().query({ query, format: 'JSONEachRow' });
    for (let i = 0; i < 8; i++) {
      // Rows come before the one that fails; each connection has its turn.
      const failing = `SELECT number, throwIf(number = 60000) AS fault FROM numbers(100000) SETTINGS max_block_size = 1000 FORMAT CSVWithNames`;
      await expect(test.store.client().exec({ query: failing })).rejects.toThrow();
      expect(await (await ask('SELECT 7 AS n')).json()).toEqual([{ n: 7 }]);
    }
  });

  it('answers a ping to anybody, and a query to who knows the password', async () => {
    const { url, user, password } = test.engine.address() ?? { url: '', user: '', password: '' };
    expect(await (await fetch(`${url}/ping`)).text()).toBe('Ok.\n');
    const ask = (credentials: string) =>
      fetch(`${url}/?query=SELECT%201`, {
        headers: { authorization: `Basic ${Buffer.from(credentials).toString('base64')}` },
      });
    expect(await (await ask(`${user}:${password}`)).text()).toBe('1\n');
    for (const credentials of [`${user}:wrong`, `${user}:${password}x`, `other:${password}`, '']) {
      const answer = await ask(credentials);
      expect([answer.status, answer.headers.get('x-clickhouse-exception-code')]).toEqual([401, '516']);
    }
  });

  it('answers nobody with rows of a query that failed before theirs on the same connection', async () => {
    const failing = `SELECT number AS leaked, throwIf(number = 300000) AS x FROM system.numbers LIMIT 400000`;
    for (let turn = 0; turn < 6; turn++) {
      await expect(queryRows(test.store, failing, {}, { max_block_size: '1000', max_threads: 1 })).rejects.toThrow(
        /395|throwIf/,
      );
      expect(await queryRows(test.store, 'SELECT {turn:UInt8} AS turn', { turn })).toEqual([{ turn }]);
    }
  });

  it.each(['RowBinary', 'JSONEachRow'] as const)(
    'takes the body of an INSERT in %s as data and never as SQL',
    async (format) => {
      const client = test.store.client();
      await client.command({ query: 'TRUNCATE TABLE hostile' });
      const rows = HOSTILE.map((text, n) => ({ n, text }));
      if (format === 'JSONEachRow') {
        await client.insert({ table: 'hostile', values: rows, format });
      } else {
        const writer = createRowBinaryWriter();
        for (const { n, text } of rows) {
          writer.uint32(n);
          writer.string(text);
        }
        const values = Readable.from([writer.take()], { objectMode: false });
        const { stream } = await client.exec({ query: 'INSERT INTO hostile (n, text) FORMAT RowBinary', values });
        stream.resume();
        await once(stream, 'end');
      }
      expect(await queryRows(test.store, 'SELECT n, text FROM hostile ORDER BY n', {})).toEqual(rows);
    },
  );

  it('loads a file out of its own folder, leaves it to whoever put it there, and reaches no other', async () => {
    const client = test.store.client();
    await client.command({ query: 'TRUNCATE TABLE hostile' });
    const directory = test.store.spoolDirectory() ?? '';
    const writer = createRowBinaryWriter();
    for (const [n, text] of HOSTILE.entries()) {
      writer.uint32(n);
      writer.string(text);
    }
    await writeFile(join(directory, 'a-1.spool'), writer.take());
    await writeFile(join(directory, '..', 'b.spool'), 'x');
    await client.command({ query: "INSERT INTO hostile (n, text) FROM INFILE 'a-1.spool' FORMAT RowBinary" });
    const expected = HOSTILE.map((text, n) => ({ n, text }));
    expect(await queryRows(test.store, 'SELECT n, text FROM hostile ORDER BY n', {})).toEqual(expected);
    expect(await readdir(directory)).toEqual(['a-1.spool']);
    await rm(join(directory, 'a-1.spool'));
    for (const name of ['a-1.spool', '../b.spool', join(directory, '..', 'b.spool')]) {
      const query = `INSERT INTO hostile (n, text) FROM INFILE '${name}' FORMAT RowBinary`;
      await expect(client.command({ query }), name).rejects.toThrow();
    }
    expect(await queryRows(test.store, 'SELECT count() AS n FROM hostile', {})).toEqual([{ n: HOSTILE.length }]);
  });

  it('refuses a body that is torn as a whole, and leaves nothing of it', async () => {
    const client = test.store.client();
    await client.command({ query: 'TRUNCATE TABLE hostile' });
    const values = Readable.from([Buffer.from([1, 0, 0, 0, 1, 0x61, 2, 0, 0])], { objectMode: false });
    await expect(client.exec({ query: 'INSERT INTO hostile (n, text) FORMAT RowBinary', values })).rejects.toThrow();
    expect(await queryRows(test.store, 'SELECT count() AS n FROM hostile', {})).toEqual([{ n: 0 }]);
  });

  it.each(HOSTILE.map((text) => [text.length > 100 ? `${text.length} newlines` : JSON.stringify(text), text]))(
    'gives a bound parameter back as it was: %s',
    async (_, text) => {
      const rows = await queryRows(test.store, 'SELECT {text:String} AS text, length({text:String}) AS bytes', {
        text,
      });
      expect(rows).toEqual([{ text, bytes: Buffer.byteLength(text) }]);
    },
  );
});

describe("the engine's process", () => {
  async function startEngine(directory: string, startedIn = process.cwd()) {
    const [program, ...args] = engineCommandFromSource();
    const child = spawn(program, args, { stdio: ['pipe', 'pipe', 'inherit'], cwd: startedIn });
    onTestFinished(() => void child.kill('SIGKILL'));
    child.stdin.write(`${JSON.stringify({ directory, database: 'tidemark', user: 'u', password: 'p' })}\n`);
    const report = await firstReport(child);
    const query = async (sql: string) => {
      const url = report.kind === 'ready' ? `http://127.0.0.1:${report.port}` : '';
      const authorization = `Basic ${Buffer.from('u:p').toString('base64')}`;
      return (await fetch(url, { method: 'POST', body: sql, headers: { authorization } })).text();
    };
    return { child, report, query };
  }

  it('is set up by us alone, whatever lies where it was started, and lets merges wait for all others', async () => {
    const [directory, elsewhere] = [await temporaryDirectory(), await temporaryDirectory()];
    await writeFile(join(elsewhere, 'config.xml'), '<clickhouse><mark_cache_size>4711</mark_cache_size></clickhouse>');
    const { child, query } = await startEngine(directory, elsewhere);
    const settingOf = async (name: string) =>
      Number(await query(`SELECT value FROM system.server_settings WHERE name = '${name}'`));
    expect(await settingOf('os_threads_nice_value_merge_mutate')).toBe(Math.min(19, getPriority(child.pid) + 10));
    expect(await settingOf('mark_cache_size')).toBe(64 * 1_048_576);
    expect(await settingOf('max_server_memory_usage')).toBeLessThan(0.75 * totalmem());
    child.stdin.end();
    await once(child, 'exit');
  });

  it("leaves within a second when its parent's pipe closes, work under way or not, and the next one takes over", async () => {
    const directory = await mkdtemp(join(tmpdir(), 'tidemark-engine-'));
    onTestFinished(() => rm(directory, { recursive: true, force: true }));
    const first = await startEngine(directory);
    await first.query('CREATE TABLE kept (n UInt32) ENGINE = MergeTree ORDER BY n SETTINGS fsync_after_insert = 1');
    await first.query('INSERT INTO kept SELECT number FROM numbers(5)');
    const busy = first
      .query('SELECT sleepEachRow(1) FROM numbers(20) SETTINGS max_block_size = 1')
      .catch(() => 'broken off');
    await new Promise((resolve) => setTimeout(resolve, 100));
    const closedAt = performance.now();
    first.child.stdin.end();
    const [next] = await Promise.all([startEngine(directory), once(first.child, 'exit').then(expectWithinASecond)]);
    function expectWithinASecond(): void {
      expect(performance.now() - closedAt).toBeLessThan(1_000);
    }
    expect(performance.now() - closedAt).toBeLessThan(10_000);
    expect(await busy).toBe('broken off');
    expect(await next.query('SELECT count() FROM kept')).toBe('5\n');
    expect(await readdir(join(directory, 'spool'))).toEqual([]);
    next.child.stdin.end();
    await once(next.child, 'exit');
  });
});

async function firstReport(child: ChildProcess): Promise<EngineReport> {
  if (!child.stdout) throw new Error('the engine has no standard output');
  const [line] = await once(createInterface({ input: child.stdout }), 'line');
  return JSON.parse(String(line)) as EngineReport; // the engine's own
}
