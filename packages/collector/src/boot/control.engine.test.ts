import { randomUUID } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditVerdict, IssuedKey } from '@tidemark/protocol';
import { describe, expect, it, onTestFinished } from 'vitest';
import { deliver, makeBatch, makeEvent, postBatch } from '../../../../test/fixtures/batches.js';
import { startTestEngine } from '../../../../test/fixtures/migrated-store.js';
import { inspectStore, startTestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { signServerRequest } from '../ingest/sign-server-request.js';
import { readControlData, readControlState, writeControlData } from '../store/control/workspaces.js';
import { applyMigrations, MIGRATIONS } from '../store/migrations/apply-migrations.js';
import { createApiKey, hashApiKey } from '../workspaces/api-key.js';
import { completeControl } from '../workspaces/complete-control.js';
import { issueKey } from '../workspaces/issue-key.js';
import { type Config, type ConfigInput, readConfig } from './config.js';
import { keysFile, type LocalKeys, openWorkspaces } from './open-workspaces.js';
import { type Collector, startCollector } from './start-collector.js';

/** A collector whose own engine, where it is to have one, never comes up. */
async function start(dataDirectory: string, overrides: ConfigInput): Promise<Collector> {
  const config: Config = readConfig({}, { dataDirectory, port: 0, logLevel: 'silent', ...overrides });
  const engineCommand = [process.execPath, '-e', 'process.stdin.resume()'] as const;
  const collector = await startCollector({ config, firstWorkspace: 'test', engineCommand });
  onTestFinished(() => collector.close());
  return collector;
}

async function operatorKey(dataDirectory: string): Promise<string> {
  return (JSON.parse(await readFile(keysFile(dataDirectory), 'utf8')) as LocalKeys).adminKey ?? '';
}

async function administer<T>(url: string, key: string, method: string, path: string, body: unknown = {}): Promise<T> {
  const answer = await fetch(`${url}/v1/admin${path}`, {
    method,
    headers: { authorization: `Bearer ${key}` },
    ...(method === 'GET' ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
  return JSON.parse(text) as T; // the collector's own
}

async function eventually(look: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 30_000; !(await look()); ) {
    if (performance.now() > deadline) throw new Error('not within 30 s');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

const codeOf = async (answer: Response) => [answer.status, ((await answer.json()) as { code?: string }).code];

describe('control data', () => {
  it('of an earlier release goes on: its keys open what they did, those only in the store too, revoked ones nothing', async () => {
    const directory = await temporaryDirectory();
    const digits = (n: number) => String(n).repeat(40);
    const old = {
      workspaceId: 'shop',
      writeKey: `tm_pk_${digits(1)}`,
      readKey: `tm_rk_${digits(2)}`,
      secretKey: `tm_sk_${digits(3)}`,
    };
    const inStoreAlone = `tm_pk_${digits(4)}`;
    const revoked = `tm_pk_${digits(5)}`;
    const record = (key: string, kind: string) => ({
      keyHash: hashApiKey(key),
      workspaceId: 'shop',
      kind,
      createdAtMs: 1,
      revoked: false,
    });
    const keys = [
      record(old.writeKey, 'write'),
      record(old.readKey, 'read'),
      record(old.secretKey, 'secret'),
      record(revoked, 'write'),
    ];
    const control = { workspaces: [{ workspaceId: 'shop', name: 'Shop', createdAtMs: 1 }], keys };
    await writeFile(join(directory, 'control.json'), JSON.stringify(control));
    await writeFile(keysFile(directory), JSON.stringify(old));
    await inspectStore(directory, async (store) => {
      await applyMigrations(
        store,
        MIGRATIONS.filter(({ number }) => number < 4),
      );
      const inserts = [
        `INSERT INTO workspaces SELECT 'shop', 'Shop', fromUnixTimestamp64Milli(toInt64(1), 'UTC'), 1700000000000`,
        ...[...keys.slice(0, 3), record(inStoreAlone, 'write')].map(
          ({ keyHash, kind }) =>
            `INSERT INTO api_keys SELECT '${keyHash}', 'shop', '${kind}', fromUnixTimestamp64Milli(toInt64(1), 'UTC'), 0, 1700000000000`,
        ),
        `INSERT INTO api_keys SELECT '${hashApiKey(revoked)}', 'shop', 'write', fromUnixTimestamp64Milli(toInt64(1), 'UTC'), 1, 1700000000001`,
      ];
      for (const query of inserts) await store.client().command({ query });
    });

    const test = await startTestCollector(directory);
    await test.collector.storePrepared;
    const { url } = test.collector;
    expect(test.collector.keys).toEqual(old);
    for (const [n, key] of [old.writeKey, old.secretKey, inStoreAlone].entries()) {
      expect(await deliver(url, key, makeBatch({ queue: 40 + n }))).toMatchObject({ accepted: 1 });
    }
    const history = makeBatch({ queue: 50, envelope: { historical: true } });
    expect(await deliver(url, old.secretKey, history)).toMatchObject({ accepted: 1 });
    expect((await postBatch(url, revoked, makeBatch({ queue: 60 }))).status).toBe(401);
    await test.drained();
    expect((await test.report('sessions')).totals.sessions).toBe(4);
    const operator = await operatorKey(directory);
    const listed = await administer<{ keys: unknown[] }>(url, operator, 'GET', '/keys?workspaceId=shop');
    expect(listed.keys).toHaveLength(5);
    await test.collector.close();
    const snapshot = await readFile(join(directory, 'control.json'), 'utf8');
    expect(snapshot).toContain('"scopes":["append"]');
    expect(snapshot).toContain(hashApiKey(inStoreAlone));
  });

  it('is all in force while the store is down, after a restart too, and the store is told when it comes', async () => {
    const directory = await temporaryDirectory();
    const { registry, save } = await openWorkspaces(directory, 'test');
    const expired = issueKey({ workspaceId: 'test', kind: 'write', expiresAtMs: 5 }, 1);
    registry.addKey(expired.record);
    await save();
    const first = await start(directory, {});
    const operator = await operatorKey(directory);
    const { url } = first;
    const other = await administer<{ keys: { writeKey: string; secretKey: string } }>(
      url,
      operator,
      'POST',
      '/workspaces',
      {
        workspaceId: 'other',
        dailyEvents: 3,
      },
    );
    const off = await administer<{ keys: { writeKey: string } }>(url, operator, 'POST', '/workspaces', {
      workspaceId: 'off',
    });
    await administer(url, operator, 'PATCH', '/workspaces/off', { disabled: true });
    const wanted = { workspaceId: 'test', kind: 'write' };
    const revoked = await administer<IssuedKey>(url, operator, 'POST', '/keys', wanted);
    await administer(url, operator, 'POST', `/keys/${revoked.keyId}/revoke`);
    const listed = await administer<IssuedKey>(url, operator, 'POST', '/keys', {
      ...wanted,
      origins: ['https://a.example'],
    });
    const slow = await administer<IssuedKey>(url, operator, 'POST', '/keys', { ...wanted, requestsPerSecond: 1 });
    const events = [1, 2, 3, 4].map((seq) => makeEvent(seq, {}, 71));
    expect(await deliver(url, other.keys.writeKey, makeBatch({ queue: 71, events }))).toMatchObject({ accepted: 4 });
    await first.close();

    const second = await start(directory, {});
    const send = (key: string, headers = {}) => postBatch(second.url, key, makeBatch({ queue: 72 }), { headers });
    expect(await codeOf(await send(expired.key))).toEqual([401, 'unknown_key']);
    expect(await codeOf(await send(revoked.key))).toEqual([401, 'unknown_key']);
    expect(await codeOf(await send(createApiKey('write')))).toEqual([401, 'unknown_key']);
    expect(await codeOf(await send(`${slow.key.slice(0, -1)}x`))).toEqual([401, 'malformed_key']);
    expect(await codeOf(await send(off.keys.writeKey))).toEqual([403, 'workspace_disabled']);
    const foreign = await send(listed.key, { origin: 'https://b.example' });
    expect(foreign.headers.get('access-control-allow-origin')).toBeNull();
    expect(await codeOf(foreign)).toEqual([403, 'origin_not_allowed']);
    const own = await send(listed.key, { origin: 'https://a.example' });
    expect([own.status, own.headers.get('access-control-allow-origin')]).toEqual([202, 'https://a.example']);
    const spent = await send(other.keys.writeKey);
    const untilMidnight = Number(spent.headers.get('retry-after'));
    expect(untilMidnight).toBeGreaterThan(0);
    expect(untilMidnight).toBeLessThanOrEqual(86_400);
    expect(await codeOf(spent)).toEqual([429, 'budget_exhausted']);
    const signed = signServerRequest(other.keys.secretKey, Date.now(), randomUUID(), Buffer.from('{}'));
    const fromServer = await fetch(`${second.url}/v1/server`, { method: 'POST', headers: signed, body: '{}' });
    expect(await codeOf(fromServer)).toEqual([429, 'budget_exhausted']);
    const statuses = await Promise.all(Array.from({ length: 30 }, () => send(slow.key)));
    const limited = statuses.find(({ status }) => status === 429);
    expect(limited?.headers.get('retry-after')).toMatch(/^[1-9]\d*$/);
    const metrics = await (await fetch(`${second.url}/metrics`)).text();
    expect(metrics).toMatch(/tidemark_refused_requests_total\{code="rate_limited"\} [1-9]/);
    expect(metrics).toMatch(/tidemark_refused_requests_total\{code="budget_exhausted"\} 2\n/);
    expect(metrics).toMatch(/tidemark_rate_buckets [1-9]/);
    expect(metrics).toMatch(/tidemark_rate_buckets_evicted 0\n/);
    expect((await send(second.keys.writeKey)).status).toBe(202);
    await second.close();

    const third = await startTestCollector(directory);
    await third.drained();
    const verify = () => administer<AuditVerdict>(third.collector.url, operator, 'GET', '/audit/verify');
    await eventually(async () => (await verify()).storeChecked);
    expect(await verify()).toMatchObject({ breaks: [], chains: 1 });
    await third.collector.close();
    await inspectStore(directory, async (store) => {
      const rows = await (
        await store.client().query({
          query: `SELECT (SELECT groupArray(workspace_id) FROM (SELECT workspace_id FROM workspaces FINAL ORDER BY 1)) AS workspaces,
                         (SELECT count() FROM api_keys FINAL WHERE revoked) AS revoked,
                         (SELECT origins FROM api_keys FINAL WHERE key_hash = '${hashApiKey(listed.key)}') AS origins,
                         (SELECT max(number) = count() FROM audit_log) AS whole,
                         (SELECT events FROM daily_usage FINAL WHERE workspace_id = 'other') AS spent`,
          format: 'JSONEachRow',
        })
      ).json();
      expect(rows).toMatchObject([
        { workspaces: ['off', 'other', 'test'], origins: ['https://a.example'], whole: 1, spent: 4 },
      ]);
    });
  });

  it('that one collector changes holds at another in front of the same store: keys, settings, budgets, each with its chain', async () => {
    const engine = await startTestEngine();
    onTestFinished(() => engine.close());
    const {
      url: clickhouseUrl,
      user: clickhouseUser,
      password: clickhousePassword,
    } = engine.engine.address() ?? { url: '', user: '', password: '' };
    const remote = { clickhouseUrl, clickhouseUser, clickhousePassword };
    const [here, there] = [await temporaryDirectory(), await temporaryDirectory()];
    const one = await start(here, remote);
    const two = await start(there, remote);
    await Promise.all([one.storePrepared, two.storePrepared]);
    const operator = await operatorKey(here);

    const made = await administer<{ keys: { writeKey: string } }>(one.url, operator, 'POST', '/workspaces', {
      workspaceId: 'w',
    });
    const issued = await administer<IssuedKey>(one.url, operator, 'POST', '/keys', { workspaceId: 'w', kind: 'write' });
    let queue = 80;
    const statusOf = async (url: string, key: string) =>
      (await postBatch(url, key, makeBatch({ queue: ++queue }))).status;
    await eventually(async () => (await statusOf(two.url, issued.key)) === 202);
    await administer(one.url, operator, 'POST', `/keys/${issued.keyId}/revoke`);
    expect(await statusOf(one.url, issued.key)).toBe(401);
    await eventually(async () => (await statusOf(two.url, issued.key)) === 401);
    await administer(two.url, operator, 'PATCH', '/workspaces/w', { disabled: true }); // the operator of one is that of both
    await eventually(async () => (await statusOf(one.url, made.keys.writeKey)) === 403);
    await administer(two.url, operator, 'PATCH', '/workspaces/w', { disabled: false, dailyEvents: 1 });
    await eventually(async () => (await statusOf(one.url, made.keys.writeKey)) === 429);

    const verdictOf = () => administer<AuditVerdict>(one.url, operator, 'GET', '/audit/verify');
    await eventually(async () => (await verdictOf()).entries >= 7);
    expect(await verdictOf()).toMatchObject({ storeChecked: true, chains: 2, breaks: [] });
  });

  it('written twice changes nothing, and texts come back as they were', async () => {
    const engine = await startTestEngine();
    onTestFinished(() => engine.close());
    const odd = `it's \\ "漢字" {x:String} \t,]`;
    const { record } = issueKey(
      { workspaceId: odd, kind: 'write', name: odd, origins: [odd, 'b'], expiresAtMs: 1_767_609_000_123 },
      7,
    );
    const data = completeControl({
      workspaces: [
        { workspaceId: odd, name: odd, createdAtMs: 1, allowedOrigins: [odd, ''], dailyEvents: 2 ** 52, version: 3 },
      ],
      keys: [
        record,
        { ...issueKey({ workspaceId: '', kind: 'secret', scopes: ['operator'] }, 8).record, revoked: true },
      ],
      clientConfigs: [{ workspaceId: odd, enabled: false, sampling: { [odd]: 0.5 }, version: 4 }],
    });
    await writeControlData(engine.store, data);
    const state = await readControlState(engine.store);
    await writeControlData(engine.store, data);
    expect(await readControlState(engine.store)).toBe(state);
    expect(await readControlData(engine.store)).toEqual(data);
    await writeControlData(engine.store, {
      ...data,
      keys: data.keys.map((key) => ({ ...key, version: key.version + 1 })),
    });
    expect(await readControlState(engine.store)).not.toBe(state);
  });
});
