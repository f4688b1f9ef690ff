import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { AuditEntry, AuditVerdict, IssuedKey, KeyInfo, WorkspaceInfo } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { deliver, makeBatch, makeEvent, postBatch } from '../../../../test/fixtures/batches.js';
import { startTestCollector, type TestCollector } from '../../../../test/fixtures/start-test-collector.js';
import { keysFile, type LocalKeys } from '../boot/open-workspaces.js';
import { auditFilePath } from './audit-file.js';
import type { IssuedKeys } from './registry.js';

let test: TestCollector;
let operator: string;

beforeAll(async () => {
  test = await startTestCollector();
  operator = (JSON.parse(await readFile(keysFile(test.directory), 'utf8')) as LocalKeys).adminKey ?? '';
  await test.collector.storePrepared;
});
afterAll(() => test.close());

interface Asked<T> {
  readonly status: number;
  readonly body: T;
}

async function ask<T = Record<string, unknown>>(
  method: string,
  path: string,
  key: string,
  body?: unknown,
): Promise<Asked<T>> {
  const answer = await fetch(`${test.collector.url}/v1/admin${path}`, {
    method,
    headers: { authorization: `Bearer ${key}` },
    ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
  });
  return { status: answer.status, body: (await answer.json()) as T }; // the collector's own
}

async function createWorkspace(workspaceId: string, settings: object = {}): Promise<IssuedKeys> {
  const { status, body } = await ask<{ keys: IssuedKeys }>('POST', '/workspaces', operator, {
    workspaceId,
    ...settings,
  });
  expect(status).toBe(201);
  return body.keys;
}

async function issue(key: string, wanted: object): Promise<IssuedKey> {
  const { status, body } = await ask<IssuedKey>('POST', '/keys', key, wanted);
  expect(status).toBe(201);
  return body;
}

const send = async (key: string): Promise<number> => (await postBatch(test.collector.url, key, makeBatch())).status;

async function eventually<T>(look: () => Promise<T>, isSo: (seen: T) => boolean): Promise<T> {
  for (const deadline = performance.now() + 20_000; ; ) {
    const seen = await look();
    if (isSo(seen)) return seen;
    if (performance.now() > deadline) throw new Error(`not within 20 s: ${JSON.stringify(seen)}`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

describe('two workspaces of one installation', () => {
  it('know nothing of each other: neither keys, nor reports, nor books, nor settings', async () => {
    const [a, b] = [await createWorkspace('iso-a'), await createWorkspace('iso-b')];
    const adminOfA = (await issue(operator, { workspaceId: 'iso-a', kind: 'secret', scopes: ['admin', 'read'] })).key;
    const { url } = test.collector;
    const [batchA, batchB] = [
      makeBatch({ queue: 21, events: [view(1, '/a')] }),
      makeBatch({ queue: 22, events: [view(1, '/b')] }),
    ];
    await deliver(url, a.writeKey, batchA);
    await deliver(url, b.writeKey, batchB);
    // The same events under the other key are the other workspace's own: nothing is a copy of what somebody else sent.
    expect(await deliver(url, b.writeKey, batchA)).toMatchObject({ accepted: 1, duplicate: 0 });
    await test.drained();

    const get = (path: string, key: string) => fetch(url + path, { headers: { authorization: `Bearer ${key}` } });
    const pagesOf = async (key: string) => {
      const answer = await get('/v1/reports/pages', key);
      return ((await answer.json()) as { rows: { page: string }[] }).rows.map(({ page }) => page).sort();
    };
    expect(await pagesOf(a.readKey)).toEqual(['/a']);
    expect(await pagesOf(b.secretKey)).toEqual(['/a', '/b']);
    expect(await pagesOf(adminOfA)).toEqual(['/a']);
    const queueB = batchB.context.queueId;
    expect([
      (await get(`/v1/queues/${queueB}`, a.readKey)).status,
      (await get(`/v1/queues/${queueB}`, b.readKey)).status,
    ]).toEqual([404, 200]);
    const acks = await get(`/v1/acks?ids=${batchB.batchId}`, a.secretKey);
    expect(await acks.json()).toEqual({ durable: [], unknown: [batchB.batchId] });

    const keysOfB = (await ask<{ keys: KeyInfo[] }>('GET', '/keys?workspaceId=iso-b', operator)).body.keys;
    expect(keysOfB).toHaveLength(3);
    for (const { keyId } of keysOfB) {
      for (const action of ['rotate', 'revoke']) {
        expect((await ask('POST', `/keys/${keyId}/${action}`, adminOfA)).body).toMatchObject({ code: 'not_found' });
      }
    }
    const refused = [
      await ask('GET', '/keys?workspaceId=iso-b', adminOfA),
      await ask('POST', '/keys', adminOfA, { workspaceId: 'iso-b', kind: 'read' }),
      await ask('PATCH', '/workspaces/iso-b', adminOfA, { name: 'mine' }),
      await ask('PATCH', '/workspaces/nowhere', adminOfA, { name: 'mine' }),
      await ask('PATCH', '/workspaces/iso-a', adminOfA, { disabled: true }),
      await ask('PATCH', '/workspaces/iso-a', adminOfA, { dailyEvents: 0 }),
      await ask('POST', '/keys', adminOfA, { kind: 'write', requestsPerSecond: 9 }),
      await ask('POST', '/workspaces', adminOfA, { workspaceId: 'iso-c' }),
      await ask('GET', '/audit?workspaceId=iso-b', adminOfA),
      await ask('GET', '/audit/verify', adminOfA),
      await ask('GET', '/workspaces', a.secretKey),
      await ask('GET', '/keys', a.readKey),
    ];
    expect(refused.map(({ status, body }) => [status, body.code])).toEqual(refused.map(() => [403, 'forbidden']));
    const own = await ask<{ workspaces: WorkspaceInfo[] }>('GET', '/workspaces', adminOfA);
    expect(own.body.workspaces).toMatchObject([{ workspaceId: 'iso-a', eventsToday: 1 }]);
    const entries = (await ask<{ entries: AuditEntry[] }>('GET', '/audit', adminOfA)).body.entries;
    expect(new Set(entries.map(({ workspaceId }) => workspaceId))).toEqual(new Set(['iso-a']));
    expect((await ask<{ keys: KeyInfo[] }>('GET', '/keys', adminOfA)).body.keys.map((key) => key.workspaceId)).toEqual(
      Array(4).fill('iso-a'),
    );
    expect(await send(b.writeKey)).toBe(202); // none of it was done
  });

  it('are refused with 403 while one is disabled, and nothing is lost: the same batch is taken afterwards', async () => {
    const keys = await createWorkspace('off');
    const other = await createWorkspace('on');
    const { url } = test.collector;
    const batch = makeBatch({ queue: 31 });
    expect((await ask('PATCH', '/workspaces/off', operator, { disabled: true })).body).toMatchObject({
      disabled: true,
    });
    const refused = await postBatch(url, keys.writeKey, batch);
    expect([refused.status, await refused.json()]).toMatchObject([403, { code: 'workspace_disabled' }]);
    const read = await fetch(`${url}/v1/reports/pages`, { headers: { authorization: `Bearer ${keys.readKey}` } });
    expect(read.status).toBe(403);
    expect(await send(other.writeKey)).toBe(202);
    await ask('PATCH', '/workspaces/off', operator, { disabled: false });
    expect(await deliver(url, keys.writeKey, batch)).toMatchObject({ accepted: 1 });
  });
});

describe('keys', () => {
  it('are shown once, and open what their scopes say until they are revoked: from that answer on', async () => {
    const keys = await createWorkspace('k1');
    const issued = await issue(operator, { workspaceId: 'k1', kind: 'write', name: 'the shop' });
    expect(issued).toMatchObject({ kind: 'write', name: 'the shop', scopes: ['append'], state: 'active' });
    expect(await send(issued.key)).toBe(202);
    const listed = (await ask<{ keys: KeyInfo[] }>('GET', '/keys?workspaceId=k1', operator)).body.keys;
    expect(listed.map(({ keyId }) => keyId)).toContain(issued.keyId);
    expect(JSON.stringify(listed)).not.toContain(issued.key);
    expect((await ask('POST', `/keys/${issued.keyId}/revoke`, operator)).body).toMatchObject({ state: 'revoked' });
    expect(await send(issued.key)).toBe(401);
    expect(await send(keys.writeKey)).toBe(202);
  });

  it('go on beside the next one for the overlap, and not a rotation longer than they would have', async () => {
    await createWorkspace('k2');
    const first = await issue(operator, {
      workspaceId: 'k2',
      kind: 'write',
      name: 'app',
      origins: ['https://a.example'],
    });
    const rotate = (keyId: string, overlapSeconds: number) =>
      ask<{ issued: IssuedKey; former: KeyInfo }>('POST', `/keys/${keyId}/rotate`, operator, { overlapSeconds });
    const asked = Date.now();
    const { body: second } = await rotate(first.keyId, 3_600);
    expect(second.issued).toMatchObject({
      name: 'app',
      origins: ['https://a.example'],
      kind: 'write',
      state: 'active',
    });
    expect(second.former).toMatchObject({ keyId: first.keyId, state: 'active' });
    expect(second.former.expiresAt).toBeGreaterThanOrEqual(asked + 3_600_000);
    expect([await send(first.key), await send(second.issued.key)]).toEqual([202, 202]);
    const { body: again } = await rotate(first.keyId, 86_400);
    expect(again.former.expiresAt).toBe(second.former.expiresAt);
    const { body: third } = await rotate(second.issued.keyId, 0);
    expect([await send(second.issued.key), await send(third.issued.key)]).toEqual([401, 202]);
    expect(await rotate(second.issued.keyId, 10)).toMatchObject({ status: 409, body: { code: 'conflict' } });
  });

  it('of this machine are exchanged in keys.json when they are rotated', async () => {
    const { readKey } = test.collector.keys;
    const { keys } = (await ask<{ keys: KeyInfo[] }>('GET', '/keys?workspaceId=test', operator)).body;
    const keyId = keys.find(({ kind }) => kind === 'read')?.keyId ?? '';
    const { body } = await ask<{ issued: IssuedKey }>('POST', `/keys/${keyId}/rotate`, operator, {
      overlapSeconds: 60,
    });
    const local = JSON.parse(await readFile(keysFile(test.directory), 'utf8')) as LocalKeys;
    expect(local.readKey).toBe(body.issued.key);
    expect(local.readKey).not.toBe(readKey);
    expect(local.url).toBe(test.collector.url);
  });

  it.each<[string, unknown, string]>([
    ['a kind that there is not', { workspaceId: 'test', kind: 'admin' }, 'kind'],
    ['a public key that reads', { workspaceId: 'test', kind: 'write', scopes: ['read'] }, 'scopes'],
    ['a key for all workspaces', { workspaceId: 'test', kind: 'secret', scopes: ['operator'] }, 'scopes'],
    ['no scope', { workspaceId: 'test', kind: 'secret', scopes: [] }, 'scopes'],
    ['origins of a secret key', { workspaceId: 'test', kind: 'secret', origins: ['https://a.example'] }, 'origins'],
    ['an origin with a path', { workspaceId: 'test', kind: 'write', origins: ['https://a.example/'] }, 'origins.0'],
    ['an end in the past', { workspaceId: 'test', kind: 'write', expiresAt: 1 }, 'expiresAt'],
    ['a field that there is not', { workspaceId: 'test', kind: 'write', scope: 'read' }, 'scope'],
    ['no workspace', { kind: 'write' }, 'workspaceId'],
    ['a list', [], ''],
  ])('are not issued for %s, and the field is named', async (_, body, field) => {
    expect(await ask('POST', '/keys', operator, body)).toMatchObject({
      status: 400,
      body: { code: 'invalid_request', field },
    });
  });

  it('are managed with JSON, for workspaces that there are', async () => {
    expect((await ask('POST', '/keys', operator, '{"kind":')).body).toMatchObject({ code: 'unreadable_body' });
    expect((await ask('POST', '/keys', operator, 'x'.repeat(70_000))).status).toBe(413);
    expect((await ask('POST', '/keys', operator, { workspaceId: 'nowhere', kind: 'read' })).status).toBe(404);
    expect((await ask('POST', '/keys/0123456789abcdef/revoke', operator)).status).toBe(404);
    expect((await ask('POST', '/workspaces', operator, { workspaceId: 'test' })).body).toMatchObject({
      code: 'conflict',
    });
    expect((await ask('POST', '/workspaces', operator, { workspaceId: 'Not An Id' })).status).toBe(400);
  });
});

describe('the audit log', () => {
  it('has every change with who, what, when and where, and no key in it; the store has it soon', async () => {
    const before = Date.now();
    const keys = await createWorkspace('audited', { name: 'Audited', dailyEvents: 1_000 });
    const issued = await issue(operator, { workspaceId: 'audited', kind: 'secret', scopes: ['admin'] });
    await ask('PATCH', '/workspaces/audited', issued.key, { name: 'Audited well' });
    const configured = await fetch(`${test.collector.url}/v1/config`, {
      method: 'PUT',
      headers: { authorization: `Bearer ${keys.secretKey}` },
      body: '{"enabled":false}',
    });
    expect(configured.status).toBe(200);
    await ask('POST', `/keys/${issued.keyId}/rotate`, operator, {});
    await ask('POST', `/keys/${issued.keyId}/revoke`, operator);

    const { entries } = (await ask<{ entries: AuditEntry[] }>('GET', '/audit?workspaceId=audited', operator)).body;
    expect(entries.map(({ action }) => action).reverse()).toEqual([
      'workspace.create',
      'key.issue',
      'workspace.change',
      'config.change',
      'key.rotate',
      'key.revoke',
    ]);
    const renamed = entries.find(({ action }) => action === 'workspace.change');
    expect(renamed).toMatchObject({ actor: issued.keyId, addressPrefix: '127.0.0.0/24', subject: 'audited' });
    expect(renamed?.detail).toBe('{"name":"Audited well"}');
    for (const { at } of entries) expect(at).toBeGreaterThanOrEqual(before);
    const text = await readFile(auditFilePath(test.directory), 'utf8');
    expect(text).not.toMatch(/tm_[prs]k_/);

    const verdict = await eventually(
      async () => (await ask<AuditVerdict>('GET', '/audit/verify', operator)).body,
      ({ storeChecked }) => storeChecked,
    );
    expect(verdict).toMatchObject({ chains: 1, breaks: [], entries: text.trimEnd().split('\n').length });
  });

  it('tells what is altered or cut off in the file, since the store has it as it was', async () => {
    await createWorkspace('forged');
    const path = auditFilePath(test.directory);
    const whole = await readFile(path, 'utf8');
    const lines = whole.trimEnd().split('\n');
    const verify = async () => (await ask<AuditVerdict>('GET', '/audit/verify', operator)).body.breaks;
    const cutOff = () => writeFile(path, `${lines.slice(0, -1).join('\n')}\n`);
    await cutOff();
    await eventually(verify, (breaks) => breaks.length > 0); // once the store has the entry
    expect(await verify()).toMatchObject([{ number: lines.length, fault: 'missing', source: 'file' }]);
    await writeFile(path, whole.replace('"forged"', '"honest"'));
    expect(await verify()).toMatchObject([{ number: lines.length, fault: 'altered', source: 'file' }]);
    await writeFile(path, whole);
    expect(await verify()).toEqual([]);
  });
});

describe('the files beside the WAL', () => {
  it('hold all of it, without a key', async () => {
    const text = await readFile(join(test.directory, 'control.json'), 'utf8');
    expect(text).toContain('"allowedOrigins"');
    expect(text).not.toMatch(/tm_[prs]k_/);
  });
});

function view(seq: number, page: string) {
  return makeEvent(seq, { type: 'page_view', page, name: undefined }, page === '/a' ? 21 : 22);
}
