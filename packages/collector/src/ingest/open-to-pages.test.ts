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
});
