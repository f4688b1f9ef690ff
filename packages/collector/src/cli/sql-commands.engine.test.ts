import { writeFile } from 'node:fs/promises';
import { request } from 'node:http';
import { networkInterfaces } from 'node:os';
import { join } from 'node:path';
import type { Problem } from '@tidemark/protocol';
import { Command } from 'commander';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { deliver, makeBatch, makeEvent } from '../../../../test/fixtures/batches.js';
import { startTestCollector, type TestCollector } from '../../../../test/fixtures/start-test-collector.js';
import type { SqlAnswer } from '../store/operator/run-statement.js';
import { findCollector } from './find-collector.js';
import { addSqlCommands } from './sql-commands.js';

const SECRET = 'what-only-a-file-holds';

describe('tidemark sql', () => {
  let test: TestCollector;
  let path: string;
  beforeAll(async () => {
    test = await startTestCollector(undefined, { host: '0.0.0.0' });
    vi.stubEnv('TIDEMARK_DATA', test.directory);
    path = join(test.directory, 'engine', 'planted');
    await test.collector.storePrepared;
    await writeFile(path, `${SECRET}\n`);
    const events = [1, 2, 3].map((seq) => makeEvent(seq, { type: 'page_view', name: undefined, page: `/p${seq % 2}` }));
    await deliver(test.collector.url, test.collector.keys.writeKey, makeBatch({ events }));
    await test.drained();
  });
  afterAll(() => test.close());

  async function tidemark(...args: readonly string[]): Promise<string> {
    let out = '';
    const program = new Command('tidemark').exitOverride();
    addSqlCommands(program);
    const spy = vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
      out += String(text);
      return true;
    });
    return program
      .parseAsync(['sql', ...args], { from: 'user' })
      .then(() => out)
      .finally(() => spy.mockRestore());
  }

  async function post(sql: unknown, key: string, headers: Readonly<Record<string, string>> = {}, host = '127.0.0.1') {
    const { port } = new URL(test.collector.url);
    const answer = await fetch(`http://${host}:${port}/v1/admin/sql`, {
      method: 'POST',
      body: JSON.stringify({ sql }),
      headers: { authorization: `Bearer ${key}`, ...headers },
    });
    return { status: answer.status, body: (await answer.json()) as Problem & SqlAnswer };
  }

  const operatorKey = async () => (await findCollector(process.env, 'admin')).key;

  it('prints a table, or columns and rows as JSON', async () => {
    const sql = 'SELECT page, sum(views) AS views, [1, 2] AS list FROM page_stats GROUP BY page ORDER BY page';
    expect(await tidemark(sql)).toBe(
      'page  views  list\n----  -----  -----\n/p0       1  [1,2]\n/p1       2  [1,2]\n\n2 rows\n',
    );
    expect(JSON.parse(await tidemark(sql, '--json'))).toEqual({
      columns: [
        { name: 'page', type: 'String' },
        { name: 'views', type: 'UInt64' },
        { name: 'list', type: 'Array(UInt8)' },
      ],
      rows: [
        ['/p0', '1', [1, 2]],
        ['/p1', '2', [1, 2]],
      ],
      cut: false,
    });
    expect(await tidemark('WITH 1 AS x SELECT x, NULL AS nothing -- a comment')).toMatch(/\n1 +null\n/);
  });

  it('cuts an answer off, and says so', async () => {
    const sql = 'SELECT number FROM system.numbers LIMIT 20000';
    const { body } = await post(sql, await operatorKey());
    expect([body.rows.length, body.cut]).toEqual([10_000, true]);
  });

  it('says what the store says of a wrong statement, gives up what takes too much, and goes on', async () => {
    await expect(tidemark('SELECT nope FROM events')).rejects.toThrow(/The store refused \(47\).*nope/);
    await expect(tidemark('SELECT 1 FORMAT CSV')).rejects.toThrow(/Leave FORMAT out/);
    await expect(tidemark('SELECT sum(number) FROM system.numbers')).rejects.toThrow(/The store refused \((158|159)\)/);
    await expect(tidemark('SELECT 1)')).rejects.toThrow(/The store refused \(62\)/);
    expect(await tidemark('SELECT 1 AS x')).toMatch(/1 row\n$/);
    // Limits and readonly did not stick to a connection: rows go in as before.
    await deliver(test.collector.url, test.collector.keys.writeKey, makeBatch({ queue: 2 }));
    await test.drained();
    expect((await post('SELECT count() FROM events', await operatorKey())).body.rows).toEqual([['4']]);
  });

  it('reads no file, no address and nothing but the tables, whatever is tried', async () => {
    const key = await operatorKey();
    const payloads = [
      `SELECT * FROM file('${path}', 'LineAsString')`,
      `SELECT * FROM FILE('${path}', LineAsString)`,
      `SELECT * FROM \`file\`('${path}', 'LineAsString')`,
      `SELECT file('${path}')`,
      `SELECT * FROM default.\`${path}\``,
      `SELECT * FROM "default"."${path}"`,
      `SELECT * FROM '${path}'`,
      `SELECT * FROM \`${path}\``,
      `SELECT 1 WHERE '${SECRET}' IN default.\`${path}\``,
      `SELECT 1 WHERE '${SECRET}' IN file('${path}', 'LineAsString')`,
      `SELECT (SELECT any(line) FROM file('${path}', 'LineAsString'))`,
      `WITH f AS (SELECT * FROM file('${path}', 'LineAsString')) SELECT * FROM f`,
      `SELECT * FROM events LEFT JOIN file('${path}', 'LineAsString') AS f ON 1 = 1`,
      `SELECT 1 UNION ALL SELECT * FROM file('${path}', 'LineAsString')`,
      `SELECT * FROM (EXPLAIN SELECT * FROM file('${path}', 'LineAsString'))`,
      `SELECT * FROM (SHOW TABLES FROM default)`,
      `SELECT * FROM url('${test.collector.url}/livez', 'LineAsString')`,
      `SELECT * FROM merge('default', '.*')`,
      `SELECT * FROM remote('127.0.0.1', 'system', 'one')`,
      `SELECT * FROM executable('id', 'TSV', 'x String')`,
      `SELECT * FROM cluster('default', 'system', 'one')`,
      `SELECT * FROM numbers(10)`,
      `SELECT * FROM view(SELECT 1)`,
      `SELECT * FROM s3('http://127.0.0.1/x', 'CSV')`,
      `SELECT * FROM sqlite('${path}', 't')`,
      `SELECT * FROM system.zookeeper WHERE path = '/'`,
      `SELECT 1 WHERE 'x' IN system.zookeeper`,
      `SELECT sleep(3)`,
      `SELECT catboostEvaluate('${path}', 1)`,
      `SELECT 1 SETTINGS readonly = 0`,
      `SELECT * FROM (SELECT 1 SETTINGS max_memory_usage = 0)`,
      `SELECT 1 INTO OUTFILE '${path}.out'`,
      `SELECT 1; DROP TABLE events`,
      `SELECT 1 /* ; */`,
      `DROP TABLE events`,
      `INSERT INTO events (workspace_id) SELECT 'x'`,
      `WITH 1 AS x INSERT INTO events (workspace_id) SELECT 'x'`,
      `EXPLAIN SELECT 1`,
      `SELECT 1 /* never closed`,
      `SELECT '`,
      `SELECT $$`,
      `SELECT 1\0`,
      `SELECT 1 FORMAT Template SETTINGS format_template_resultset = '${path}'`,
      `SELECT 1 UNION ALL SELECT 2 SETTINGS max_result_rows = 0`,
      `SELECT * FROM {t:Identifier}`,
    ];
    for (const sql of payloads) {
      const { status, body } = await post(sql, key);
      expect([sql, status, body.code]).toEqual([sql, 400, 'invalid_query']);
      expect(body.detail).not.toContain(`${SECRET}\n`);
      expect(JSON.stringify(body.rows ?? [])).not.toContain(SECRET);
    }
    expect((await post('SELECT count() > 0 FROM events', key)).body.rows).toHaveLength(1);
    // The control: without the check the engine would have read the file.
    const { url, user, password } = test.collector.storeAddress() ?? { url: '', user: '', password: '' };
    const read = await fetch(`${url}/`, {
      method: 'POST',
      body: `SELECT * FROM default.\`${path}\` FORMAT TSV`,
      headers: { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` },
    });
    expect(await read.text()).toContain(SECRET);
  });

  it('is for the operator, and for this machine: no other key, no proxy, no other address', async () => {
    const { readKey, writeKey, secretKey } = test.collector.keys;
    for (const other of [readKey, writeKey, secretKey]) expect((await post('SELECT 1', other)).status).toBe(403);
    expect((await post('SELECT 1', 'tm_sk_nothing')).status).toBe(401);
    const key = await operatorKey();
    expect((await post('SELECT 1', key)).status).toBe(200);
    expect((await post('SELECT 1', key, { 'x-forwarded-for': '127.0.0.1' })).status).toBe(403);
    expect((await post(7, key)).body).toMatchObject({ code: 'invalid_request', field: 'sql' });
    const outside = Object.values(networkInterfaces())
      .flat()
      .find((one) => one?.family === 'IPv4' && !one.internal)?.address;
    if (outside !== undefined) expect((await post('SELECT 1', key, {}, outside)).status).toBe(403);
  });

  it('refuses a body that is too large or no JSON', async () => {
    const key = await operatorKey();
    expect((await post(`SELECT '${'x'.repeat(70_000)}'`, key)).status).toBe(413);
    const { port } = new URL(test.collector.url);
    const status = await new Promise((resolve, reject) => {
      const options = { port, method: 'POST', path: '/v1/admin/sql', headers: { authorization: `Bearer ${key}` } };
      request(options, (answer) => resolve(answer.resume().statusCode))
        .on('error', reject)
        .end('SELECT 1');
    });
    expect(status).toBe(400);
  });
});
