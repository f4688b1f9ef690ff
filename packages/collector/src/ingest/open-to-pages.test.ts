import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import { answerPreflight, openToPages } from './open-to-pages.js';

const SHOP = 'https://shop.example';

/** What a scope answers, and whom it takes the request to come from. */
async function ask(
  headers: Readonly<Record<string, string>>,
  { origins = [SHOP, 'https://www.shop.example'], method = 'GET' as 'GET' | 'OPTIONS', trustProxy = false } = {},
) {
  const app = fastify({ trustProxy });
  const trustedOrigin = openToPages(app, origins);
  app.get('/', async (request) => ({ origin: trustedOrigin(request) ?? null }));
  answerPreflight(app, '/', 'GET');
  const answer = await app.inject({ url: '/', method, headers });
  return {
    allowed: answer.headers['access-control-allow-origin'],
    credentials: answer.headers['access-control-allow-credentials'],
    vary: answer.headers.vary,
    origin: method === 'GET' ? answer.json<{ origin: string | null }>().origin : undefined,
  };
}

const trusted = { allowed: SHOP, credentials: 'true', vary: 'Origin', origin: SHOP };
const anyone = { allowed: '*', credentials: undefined, vary: 'Origin', origin: null };

describe('a scope that is open to pages', () => {
  it.each(['same-site', 'same-origin'])('lets a listed page of the same site send its cookies (%s)', async (site) => {
    expect(await ask({ origin: SHOP, 'sec-fetch-site': site })).toEqual(trusted);
  });

  it('says so to the preflight too', async () => {
    const headers = { origin: SHOP, 'sec-fetch-site': 'same-site', 'access-control-request-method': 'GET' };
    expect(await ask(headers, { method: 'OPTIONS' })).toEqual({ ...trusted, origin: undefined });
  });

  it('takes its own address for the origin of a GET that names none, since the browser says it is the same', async () => {
    const headers = { host: 'shop.example', 'sec-fetch-site': 'same-origin' };
    expect(await ask(headers)).toEqual(anyone); // it came by http, which is another origin
    const behindProxy = { ...headers, 'x-forwarded-proto': 'https' };
    expect(await ask(behindProxy)).toEqual(anyone); // anybody can write this header
    expect(await ask(behindProxy, { trustProxy: true })).toEqual(trusted);
    expect(await ask({ ...behindProxy, 'sec-fetch-site': 'same-site' }, { trustProxy: true })).toEqual(anyone);
  });

  it.each<[string, Record<string, string>]>([
    ['of another site, even when it is listed', { origin: SHOP, 'sec-fetch-site': 'cross-site' }],
    ['that a person opened', { origin: SHOP, 'sec-fetch-site': 'none' }],
    ['of which the browser says nothing', { origin: SHOP }],
    ['that says two things at once', { origin: SHOP, 'sec-fetch-site': 'same-site, cross-site' }],
    ['without an origin', { 'sec-fetch-site': 'same-site' }],
    ['in a sandbox', { origin: 'null', 'sec-fetch-site': 'same-origin' }],
    ['that is not listed', { origin: 'https://evil.shop.example', 'sec-fetch-site': 'same-site' }],
    ['whose name begins alike', { origin: `${SHOP}.evil.example`, 'sec-fetch-site': 'same-site' }],
    ['of another scheme', { origin: 'http://shop.example', 'sec-fetch-site': 'same-site' }],
    ['of another port', { origin: `${SHOP}:8443`, 'sec-fetch-site': 'same-site' }],
    ['written in another way', { origin: 'https://SHOP.example', 'sec-fetch-site': 'same-site' }],
    ['with two origins', { origin: `${SHOP}, https://evil.example`, 'sec-fetch-site': 'same-site' }],
    ['with an object for a name', { origin: '__proto__', 'sec-fetch-site': 'same-site' }],
  ])('answers a page %s as it answers everybody', async (_, headers) => {
    expect(await ask(headers)).toEqual(anyone);
  });

  it('answers everybody alike where no page is listed', async () => {
    const answer = await ask({ origin: SHOP, 'sec-fetch-site': 'same-origin' }, { origins: [] });
    expect(answer).toEqual({ ...anyone, vary: undefined });
  });

  it.each(['text/plain', 'application/json', 'application/json,', ';', 'a', '"x"', 'text / plain'])(
    'takes a body under the content type %s as it is: nothing is read of it',
    async (contentType) => {
      const app = fastify();
      openToPages(app, []);
      app.post('/', async ({ body }) => ({ bytes: (body as Buffer).length }));
      const answer = await app.inject({
        url: '/',
        method: 'POST',
        headers: { 'content-type': contentType },
        body: 'abc',
      });
      expect(answer.json()).toEqual({ bytes: 3 });
    },
  );
});

/** What a scope answers where a key names the origins of its pages. */
async function askListed(headers: Readonly<Record<string, string>>, method: 'GET' | 'OPTIONS' = 'GET') {
  const app = fastify();
  openToPages(app, [SHOP], () => [SHOP, 'https://app.example']);
  app.get('/', async () => 'taken');
  answerPreflight(app, '/', 'GET');
  app.setErrorHandler((error, _request, reply) => reply.code(403).send({ code: (error as { code?: string }).code }));
  const answer = await app.inject({ url: '/', method, headers });
  const cors = Object.entries(answer.headers).filter(([name]) => name.startsWith('access-control'));
  return { status: answer.statusCode, vary: answer.headers.vary, cors: Object.fromEntries(cors), body: answer.body };
}

describe('a key that names the origins of its pages', () => {
  it.each([SHOP, 'https://app.example'])(
    'lets a page of %s read the answer, and caches say whose it is',
    async (origin) => {
      expect(await askListed({ origin })).toMatchObject({
        status: 200,
        vary: 'Origin',
        cors: { 'access-control-allow-origin': origin, 'access-control-expose-headers': 'retry-after' },
      });
      const preflight = await askListed({ origin }, 'OPTIONS');
      expect(preflight.status).toBe(204);
      expect(preflight.cors).toMatchObject({
        'access-control-allow-origin': origin,
        'access-control-max-age': '86400',
      });
      expect(preflight.cors['access-control-allow-credentials']).toBeUndefined();
    },
  );

  it('lets a page that may send cookies do so, if it is listed here, too', async () => {
    const cors = { 'access-control-allow-origin': SHOP, 'access-control-allow-credentials': 'true' };
    expect(await askListed({ origin: SHOP, 'sec-fetch-site': 'same-site' })).toMatchObject({ status: 200, cors });
  });

  it.each(['https://evil.example', 'null', `${SHOP}.evil.example`, 'http://shop.example', 'https://SHOP.example', ''])(
    'refuses a page of %j and tells it nothing, before and with the request',
    async (origin) => {
      for (const method of ['GET', 'OPTIONS'] as const) {
        const answer = await askListed({ origin, 'sec-fetch-site': 'same-site' }, method);
        expect(answer).toMatchObject({ status: 403, vary: 'Origin', cors: {} });
        expect(JSON.parse(answer.body)).toEqual({ code: 'origin_not_allowed' });
      }
    },
  );

  it('asks nobody who is no page', async () => {
    expect(await askListed({})).toMatchObject({ status: 200, cors: {} });
  });
});
