import { randomUUID } from 'node:crypto';
import { mkdtemp, readdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ErasureCertificate, FeaturesAnswer, WorkspaceInfo } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aggregatesApart } from '../../../../test/fixtures/aggregates-apart.js';
import { deliver, makeBatch, makeEvent, postBatch, T0, testId } from '../../../../test/fixtures/batches.js';
import { layMigratedStore } from '../../../../test/fixtures/migrated-store.js';
import { writeTablesPlain } from '../../../../test/fixtures/plain-tables.js';
import { scanForId } from '../../../../test/fixtures/scan-for-id.js';
import {
  inspectStore,
  startTestCollector,
  type TestCollector,
} from '../../../../test/fixtures/start-test-collector.js';
import { signServerRequest } from '../ingest/sign-server-request.js';
import { connectStore, type StoreConnection } from '../store/connect.js';
import { queryRows } from '../store/query-rows.js';
import { readControlSnapshot } from '../workspaces/control-snapshot.js';
import { createPseudonyms } from '../workspaces/pseudonyms.js';
import { createRegistry } from '../workspaces/registry.js';
import { keysFile, type LocalKeys } from './open-workspaces.js';

const USER = 'cust-2025-0017';
const ACCOUNT = 'acct-7788-9900';
const SHOP = 'https://shop.example';
const NO_ENGINE = [process.execPath, '-e', 'process.stdin.resume()'] as const;

let test: TestCollector;
let store: StoreConnection;
let directory: string;
let pseudonym: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tidemark-minimisation-'));
  await layMigratedStore(join(directory, 'engine'));
  await inspectStore(directory, writeTablesPlain);
});
afterAll(async () => {
  await store?.close();
  await test?.close();
});

async function setWorkspace(collector: TestCollector['collector'], change: object): Promise<WorkspaceInfo> {
  const { adminKey } = JSON.parse(await readFile(keysFile(directory), 'utf8')) as LocalKeys; // the collector's own
  const answer = await fetch(`${collector.url}/v1/admin/workspaces/test`, {
    method: 'PATCH',
    headers: { authorization: `Bearer ${adminKey}` },
    body: JSON.stringify(change),
  });
  expect(answer.status, await answer.clone().text()).toBe(200);
  return (await answer.json()) as WorkspaceInfo; // the collector's own
}

const ask = (path: string, init: RequestInit = {}, key = test.collector.keys.secretKey) =>
  fetch(`${test.collector.url}${path}`, { ...init, headers: { authorization: `Bearer ${key}`, ...init.headers } });

const about = (path: string, subject: string) =>
  ask(`/v1/privacy/${path}`, { method: 'POST', body: JSON.stringify({ subject }) });

/** Names the user in every place that an app can. */
const eventsOf = (queue: number) => [
  makeEvent(1, { type: 'page_view', name: undefined, page: `/of/${USER}`, title: `Hello ${USER}` }, queue),
  makeEvent(2, { props: { userId: USER, note: `${USER} asked`, owner: ACCOUNT } }, queue),
  makeEvent(3, { type: 'identify', name: undefined, userId: USER }, queue),
  { ...makeEvent(4, {}, queue), seq: 'bad', userId: USER, why: `of ${USER}`, [`x${ACCOUNT}`]: [{ user_id: USER }] },
];

describe('ids of users and accounts as pseudonyms', () => {
  it('stand nowhere in the data directory in clear while they wait in the WAL, nor is a salt told anybody', async () => {
    const early = await startTestCollector(directory, {}, { engineCommand: NO_ENGINE });
    const { url, keys } = early.collector;
    const before = makeBatch({ queue: 1, context: { userId: 'before-20240001' } });
    await deliver(url, keys.writeKey, before);
    const told = await setWorkspace(early.collector, { pseudonymousIds: true });
    expect(told).toMatchObject({ pseudonymousIds: true, cookieless: false });
    expect(Object.keys(told)).not.toContain('idSalts');
    const context = { userId: USER, accountId: ACCOUNT };
    const ack = await deliver(url, keys.writeKey, makeBatch({ queue: 2, context, events: eventsOf(2) }));
    expect([ack.accepted, ack.rejected.length]).toEqual([3, 1]);
    expect(await scanForId(directory, 'before-20240001')).not.toEqual([]); // what the scan can find
    for (const id of [USER, ACCOUNT]) expect(await scanForId(directory, id), id).toEqual([]);
    const control = await readControlSnapshot(directory);
    const [salt = ''] = control?.workspaces[0]?.idSalts ?? [];
    const registry = createRegistry(control as NonNullable<typeof control>, Date.now);
    pseudonym = createPseudonyms(registry).maker('test')?.(USER) ?? '';
    expect((await scanForId(directory, pseudonym)).some((file) => file.startsWith('wal/'))).toBe(true);
    expect(await scanForId(directory, salt)).toEqual(['control.json']);
    await early.collector.close();
  });

  it('stand nowhere once they are loaded; the pseudonyms do, in raw, rejected and aggregates, from servers, too', async () => {
    test = await startTestCollector(directory, { cookieOrigins: [SHOP] });
    store = connectStore(test.collector.storeAddress, 'tidemark');
    const { url, keys } = test.collector;
    const fill = {
      type: 'order_fill',
      eventId: testId(77_000_001),
      occurredAt: T0,
      userId: USER,
      accountId: ACCOUNT,
      orderId: 'o-1',
      productId: 'P30',
      side: 'subscribe',
      phase: 'filled',
      shares: 1,
      remainingShares: 0,
      price: 1,
      currency: 'CNY',
      props: { who: USER },
    };
    const context = { appId: 'shop', sdk: { name: 'matching', version: '1' } };
    const body = JSON.stringify({ v: 1, batchId: testId(77_000_002), context, events: [fill] });
    const headers = signServerRequest(keys.secretKey, Date.now(), randomUUID(), body);
    const signed = await fetch(`${url}/v1/server`, { method: 'POST', body, headers });
    expect(await signed.json()).toMatchObject({ accepted: 1 });
    await test.drained();
    for (const id of [USER, ACCOUNT]) expect(await scanForId(directory, id), id).toEqual([]);
    const rows = await queryRows(store, `SELECT DISTINCT user_id AS id FROM events WHERE user_id LIKE 'p_%'`, {});
    expect(rows).toEqual([{ id: pseudonym }]);
    const [rejected] = await queryRows<{ raw: string }>(store, 'SELECT raw FROM rejected', {});
    expect(JSON.parse(rejected?.raw ?? '')).toMatchObject({ userId: pseudonym, why: `of ${pseudonym}` });
  });

  it('are named in clear by whoever asks: in segments, for features, and for an export', async () => {
    const segment = (is: string) => `?segment=${encodeURIComponent(JSON.stringify([{ field: 'userId', is: [is] }]))}`;
    const views = async (is: string) => (await test.report('overview', segment(is))).totals.views;
    expect([await views(USER), await views(pseudonym), await views('cust-nobody-1')]).toEqual([1, 1, 0]);
    const asked = `/v1/features?subject=${USER}&asOf=${Date.now() + 60_000}`;
    const features = (await (await ask(asked)).json()) as FeaturesAnswer; // the collector's own
    expect(features).toMatchObject({ subject: USER });
    expect(features.kinds.map(({ kind }) => kind)).toContain('user');
    const lines = (await (await about('export', USER)).text()).trim().split('\n');
    expect(lines.filter((line) => line.includes('"table":"events"'))).toHaveLength(4);
    expect(lines.some((line) => line.includes('"table":"rejected"'))).toBe(true);
    for (const id of [USER, ACCOUNT]) expect(await scanForId(directory, id), id).toEqual([]); // nor by being asked for
  });

  it('are erased and refused by the id in clear, and what was stored in clear before is, too', async () => {
    const certificate = (await (await about('erase', USER)).json()) as ErasureCertificate; // the collector's own
    expect(certificate).toMatchObject({ deleted: { events: 4, rejected: 1 }, remaining: 0 });
    for (const id of [USER, pseudonym]) expect(await scanForId(directory, id), id).toEqual([]);
    const { url, keys } = test.collector;
    const late = await deliver(url, keys.writeKey, makeBatch({ queue: 3, context: { userId: USER } }));
    expect(late.rejected).toMatchObject([{ reason: 'subject_erased', field: 'context.userId' }]);
    const old = (await (await about('erase', 'before-20240001')).json()) as ErasureCertificate; // the collector's own
    expect(old.deleted).toMatchObject({ events: 1 });
    expect(await scanForId(directory, 'before-20240001')).toEqual([]);
    expect(await aggregatesApart(store)).toEqual([]);
  });
});

describe('visitors without cookies', () => {
  const headers = { origin: SHOP, 'sec-fetch-site': 'same-origin', 'user-agent': 'Mozilla/5.0 Firefox/140.0' };
  const VISITOR = String(testId(3_000_000_050));
  const FORMER = String(testId(3_600_000_050));

  it('are told apart by network and agent, get no cookie, and no id that they kept is stored', async () => {
    const { url, keys } = test.collector;
    const cookieOf = async (queue: number) =>
      (await postBatch(url, keys.writeKey, makeBatch({ queue }), { headers })).headers.get('set-cookie');
    expect(await cookieOf(49)).toContain('tidemark_visitor_'); // as long as the workspace does not ask for it
    await setWorkspace(test.collector, { cookieless: true });
    expect(await cookieOf(50)).toBeNull();
    const events = [
      makeEvent(1, { type: 'alias', name: undefined, previousVisitorId: FORMER }, 51),
      { ...makeEvent(2, {}, 51), seq: 'bad', previousVisitorId: FORMER, visitorId: VISITOR },
    ];
    await postBatch(url, keys.writeKey, makeBatch({ queue: 51, events }), { headers });
    const other = { ...headers, 'user-agent': 'Mozilla/5.0 Chrome/140.0' };
    await postBatch(url, keys.writeKey, makeBatch({ queue: 52, context: { visitorId: testId(0) } }), {
      headers: other,
    });
    const cookie = `tidemark_visitor_${Buffer.from('test').toString('base64url')}=${VISITOR}.1`;
    const config = await fetch(`${url}/v1/config?k=${keys.writeKey}`, { headers: { ...headers, cookie } });
    expect(await config.json()).not.toHaveProperty('visitorId');
    await test.drained();
    const visitors = await queryRows<{ queue: string; visitor: string }>(
      store,
      `SELECT toString(queue_id) AS queue, toString(any(visitor_id)) AS visitor FROM events
       WHERE queue_id IN (toUUID('${testId(2_000_000_050)}'), toUUID('${testId(2_000_000_051)}'), toUUID('${testId(2_000_000_052)}'))
       GROUP BY queue ORDER BY queue`,
      {},
    );
    const [first, second, third] = visitors.map(({ visitor }) => visitor);
    expect(first).toMatch(/^[0-9a-f-]{14}8/);
    expect([second === first, third === first]).toEqual([true, false]);
    for (const id of [VISITOR, FORMER]) expect(await scanForId(directory, id), id).toEqual([]);
  });

  it('send copies that are recognised by their queue, whoever they are taken for', async () => {
    const { url, keys } = test.collector;
    const other = { ...headers, 'user-agent': 'another agent, as tomorrow another salt' };
    const again = await postBatch(url, keys.writeKey, makeBatch({ queue: 50 }), { headers: other });
    expect(await again.json()).toMatchObject({ accepted: 0, duplicate: 1 });
  });

  it('are what servers sent when a server sends history', async () => {
    const { url, keys } = test.collector;
    const history = makeBatch({ queue: 53, envelope: { historical: true } });
    await deliver(url, keys.secretKey, history);
    await test.drained();
    const found = await queryRows(
      store,
      `SELECT 1 FROM events WHERE visitor_id = toUUID('${testId(3_000_000_053)}')`,
      {},
    );
    expect(found).toHaveLength(1);
  });

  it('leave one salt for the day, which no backup takes along', async () => {
    const today = new Date().toISOString().slice(0, 10);
    expect(await readdir(join(directory, 'daily-salts'))).toContain(`${today}.salt`);
  });
});
