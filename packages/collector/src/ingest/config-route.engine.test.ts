import { type Ack, type ClientConfig, LIMITS } from '@tidemark/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeBatch } from '../../../../test/fixtures/batches.js';
import { startTestCollector, type TestCollector } from '../../../../test/fixtures/start-test-collector.js';

const SHOP = 'https://shop.example';
const page = { origin: SHOP, 'sec-fetch-site': 'same-site' };
const stranger = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
const COOKIE = 'tidemark_visitor_dGVzdA'; // base64url of "test", the workspace

let test: TestCollector;
type Headers = Readonly<Record<string, string>>;

const get = (headers: Headers = {}, key = test.collector.keys.writeKey) =>
  fetch(`${test.collector.url}/v1/config?k=${key}`, { headers });
const put = (body: string, key = test.collector.keys.secretKey) =>
  fetch(`${test.collector.url}/v1/config`, { method: 'PUT', body, headers: { authorization: `Bearer ${key}` } });
const send = (batch: ReturnType<typeof makeBatch>, headers: Headers = {}) =>
  fetch(`${test.collector.url}/v1/batch?k=${test.collector.keys.writeKey}`, {
    method: 'POST',
    headers: { 'content-type': 'text/plain', ...headers },
    body: JSON.stringify(batch),
  });
const configOf = async (answer: Response) => (await answer.json()) as ClientConfig; // the collector's own

beforeAll(async () => {
  test = await startTestCollector(undefined, { cookieOrigins: SHOP });
});
afterAll(() => test.close());

describe('/v1/config', () => {
  it('tells pages what the operator set, and an ack names the version', async () => {
    const before = await get();
    expect(before.status).toBe(200);
    expect(before.headers.get('access-control-allow-origin')).toBe('*');
    expect(before.headers.get('cache-control')).toBe('no-cache');
    const unset = await configOf(before);
    const limits = { eventsPerBatch: LIMITS.eventsPerBatch, bodyBytes: LIMITS.bodyBytes };
    expect(unset).toEqual({ version: expect.any(String), enabled: true, sampling: {}, limits });
    expect(before.headers.get('etag')).toBe(`"${unset.version}"`);

    const changed = await put('{"enabled":false,"sampling":{"click":0.1,"constructor":0}}');
    expect(changed.status).toBe(200);
    expect(changed.headers.get('cache-control')).toBe('no-store');
    const set = await configOf(changed);
    const sampling = { click: 0.1, constructor: 0 };
    expect(set).toEqual({ version: expect.any(String), enabled: false, sampling, limits });
    expect(set.version).not.toBe(unset.version);
    expect(await configOf(await get())).toEqual(set);
    const ack = (await (await send(makeBatch({ queue: 1 }))).json()) as Ack; // the collector's own
    expect(ack).toMatchObject({ accepted: 1, configVersion: set.version });

    expect(await configOf(await put('{"enabled":true}'))).toMatchObject({ enabled: true, sampling: set.sampling });
    expect(await configOf(await put('{"sampling":{}}'))).toEqual(unset);
  });

  it('costs a few bytes when nothing has changed', async () => {
    const { version } = await configOf(await get());
    for (const given of [`"${version}"`, `W/"${version}"`, `"other", "${version}"`, '*']) {
      const answer = await get({ 'if-none-match': given });
      expect([answer.status, await answer.text()], given).toEqual([304, '']);
      expect(answer.headers.get('etag')).toBe(`"${version}"`);
      expect(answer.headers.get('cache-control')).toBe('no-cache');
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    }
    for (const given of ['"other"', version, `"${version}`, ',,,']) {
      expect((await get({ 'if-none-match': given })).status, given).toBe(200);
    }
  });

  it('takes a write key or a secret one, and lets only the secret one change anything', async () => {
    const { url, keys } = test.collector;
    const withHeader = (key: string) => fetch(`${url}/v1/config`, { headers: { authorization: `Bearer ${key}` } });
    expect((await withHeader(keys.writeKey)).status).toBe(200);
    expect((await withHeader(keys.secretKey)).status).toBe(200);
    expect((await withHeader(keys.readKey)).status).toBe(403);
    expect((await get({}, keys.secretKey)).status).toBe(403);
    expect((await get({}, `tm_pk_${'0'.repeat(40)}`)).status).toBe(401);
    expect((await put('{"enabled":false}', keys.writeKey)).status).toBe(403);
    expect((await put('{"enabled":false}', keys.readKey)).status).toBe(403);
    expect((await put('{"enabled":false}', '')).status).toBe(401);
    expect((await configOf(await get())).enabled).toBe(true);
  });

  it.each([
    ['{"enabled":"false"}', 'invalid_config', 'enabled'],
    ['{"sampling":{"click":2}}', 'invalid_config', 'sampling.click'],
    ['{"sampling":{"__proto__":0}}', 'invalid_config', 'sampling'],
    ['{"__proto__":{"enabled":false}}', 'invalid_config', ''],
    ['{"enable":false}', 'invalid_config', 'enable'],
    [`{"${'x'.repeat(5_000)}":1}`, 'invalid_config', 'x'.repeat(200)],
    ['[]', 'invalid_config', ''],
    ['{"enabled"', 'unreadable_body', undefined],
    ['', 'unreadable_body', undefined],
  ])('refuses to be set to %s', async (body, code, field) => {
    const answer = await put(body);
    expect(answer.status).toBe(400);
    const problem = (await answer.json()) as { readonly field?: string }; // its form is what is checked
    expect(problem).toMatchObject({ code });
    if (body !== '{"__proto__":{"enabled":false}}') expect(problem.field).toBe(field);
    expect(({} as ClientConfig).enabled).toBeUndefined();
    expect(await configOf(await get())).toMatchObject({ enabled: true, sampling: {} });
  });

  it('answers the preflight of a GET, and of nothing else', async () => {
    const answer = await fetch(`${test.collector.url}/v1/config`, {
      method: 'OPTIONS',
      headers: { ...page, 'access-control-request-method': 'PUT' },
    });
    expect(answer.status).toBe(204);
    expect(answer.headers.get('access-control-allow-methods')).toBe('GET');
    expect(answer.headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(answer.headers.get('access-control-allow-credentials')).toBe('true');
  });
});

describe('the visitor cookie', () => {
  it('is set with the ack to a listed page of the same site, once, and comes back with the configuration', async () => {
    const batch = makeBatch({ queue: 2 });
    const { visitorId } = batch.context;
    const ack = await send(batch, page);
    expect(ack.status).toBe(202);
    expect(ack.headers.get('access-control-allow-origin')).toBe(SHOP);
    expect(ack.headers.get('access-control-allow-credentials')).toBe('true');
    expect(ack.headers.get('vary')).toBe('Origin');
    const set = ack.headers.get('set-cookie') ?? '';
    expect(set).toMatch(
      new RegExp(`^${COOKIE}=${visitorId}\\.\\d+; Path=/v1; Max-Age=34560000; HttpOnly; SameSite=Lax$`),
    );
    const [cookie = ''] = set.split(';');
    expect((await send(batch, { ...page, cookie })).headers.get('set-cookie')).toBeNull();

    const answer = await get({ ...page, cookie });
    const config = await configOf(answer);
    expect(config).toMatchObject({ visitorId, version: (await configOf(await get())).version });
    expect(answer.headers.get('cache-control')).toBe('private, no-cache');
    const etag = answer.headers.get('etag') ?? '';
    expect(etag).not.toBe(`"${config.version}"`);
    expect((await get({ ...page, cookie, 'if-none-match': etag })).status).toBe(304);
    expect((await get({ ...page, cookie, 'if-none-match': `"${config.version}"` })).status).toBe(200);
    expect((await get({ ...page, 'if-none-match': etag })).status).toBe(200);
  });

  it('follows a visitor who has another id now, and an old answer sent again does not move it', async () => {
    const cookie = `${COOKIE}=${makeBatch({ queue: 3 }).context.visitorId}`;
    const { visitorId } = makeBatch({ queue: 4 }).context;
    const answer = await send(makeBatch({ queue: 4 }), { ...page, cookie });
    expect(answer.headers.get('set-cookie')).toContain(visitorId);
  });

  it.each<[string, Headers]>([
    ['another site', stranger],
    ['a page that is not listed', { ...page, origin: 'https://other.shop.example' }],
    ['a listed page that the browser calls another site', { ...page, 'sec-fetch-site': 'cross-site' }],
    ['who says nothing', {}],
  ])('is neither set for nor told to %s', async (_, headers) => {
    const batch = makeBatch({ queue: 5 });
    const cookie = `${COOKIE}=${batch.context.visitorId}.1`;
    const [ack, config] = [await send(batch, { ...headers, cookie }), await get({ ...headers, cookie })];
    for (const answer of [ack, config]) {
      expect(answer.headers.get('set-cookie')).toBeNull();
      expect(answer.headers.get('access-control-allow-origin')).toBe('*');
      expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
      expect(answer.headers.get('vary')).toBe('Origin');
    }
    expect(await configOf(config)).not.toHaveProperty('visitorId');
    expect(config.headers.get('cache-control')).toBe('no-cache');
  });

  it('is not set for who denied it, nor with a refusal, and is not read from another workspace', async () => {
    const denied = await send(makeBatch({ queue: 6, context: { consent: { analytics: 'denied' } } }), page);
    expect([denied.status, denied.headers.get('set-cookie')]).toEqual([202, null]);
    const refused = await send(makeBatch({ queue: 6, envelope: { v: 2 } }), page);
    expect([refused.status, refused.headers.get('set-cookie')]).toEqual([400, null]);
    expect(refused.headers.get('access-control-allow-origin')).toBe(SHOP);
    const hostile = await send(makeBatch({ queue: 6, context: { visitorId: 'x\r\nSet-Cookie: a=b' as never } }), page);
    expect([hostile.status, hostile.headers.get('set-cookie')]).toEqual([400, null]);
    const { visitorId } = makeBatch().context;
    for (const cookie of [`tidemark_visitor_b3RoZXI=${visitorId}`, `${COOKIE}=<script>`, `${COOKIE}=`, COOKIE]) {
      expect(await configOf(await get({ ...page, cookie })), cookie).not.toHaveProperty('visitorId');
    }
  });

  it('is nothing for the acks, which are about no visitor', async () => {
    const { url, keys } = test.collector;
    const { batchId } = makeBatch();
    const answer = await fetch(`${url}/v1/acks?k=${keys.writeKey}&ids=${batchId}`, { headers: page });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
  });
});
