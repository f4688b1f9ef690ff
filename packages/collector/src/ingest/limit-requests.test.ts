import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import { issueKey } from '../workspaces/issue-key.js';
import { createKeyOrigins } from '../workspaces/key-origins.js';
import { createRegistry } from '../workspaces/registry.js';
import { createLimitRequests } from './limit-requests.js';
import { openToPages } from './open-to-pages.js';
import { createRateLimiter } from './rate-limiter.js';

/** A route behind the limits: one request a second from each address, four a second with each key. */
function start({ addresses = 1 } = {}) {
  const clock = { ms: 0 };
  const registry = createRegistry({ workspaces: [], keys: [] }, () => 0);
  const keys = registry.createWorkspace('w', 'W');
  const limiter = (ratePerSecond: number) =>
    createRateLimiter({ ratePerSecond, burstSeconds: 1, capacity: 100, nowMs: () => clock.ms });
  const app = fastify({ trustProxy: true });
  openToPages(app, [], createKeyOrigins(registry));
  const limit = createLimitRequests(registry, addresses === 0 ? undefined : limiter(addresses), limiter(4), limiter(1));
  app.addHook('onRequest', limit);
  app.get('/', async () => 'taken');
  app.options('/', async () => 'taken');
  app.setErrorHandler((error, _request, reply) => {
    const { code, retryAfterSeconds } = error as { code?: string; retryAfterSeconds?: number };
    return reply.code(429).send({ code, retryAfterSeconds });
  });
  const ask = async (address: string, key: string, method: 'GET' | 'OPTIONS' = 'GET') => {
    const headers = { 'x-forwarded-for': address, authorization: `Bearer ${key}` };
    const answer = await app.inject({ url: '/', method, headers });
    return answer.statusCode === 200
      ? 'taken'
      : { ...answer.json<object>(), cors: answer.headers['access-control-allow-origin'] };
  };
  return { clock, registry, keys, ask };
}

const refused = (retryAfterSeconds: number) => ({ code: 'rate_limited', retryAfterSeconds, cors: '*' });

describe('the limits of requests', () => {
  it('are by address, an IPv6 one by its /64, and a page can read when to come back', async () => {
    const { clock, keys, ask } = start();
    expect(await ask('203.0.113.1', keys.writeKey)).toBe('taken');
    expect(await ask('203.0.113.1', keys.writeKey)).toEqual(refused(1));
    expect(await ask('203.0.113.1', 'not even a key')).toEqual(refused(1));
    expect(await ask('203.0.113.2', keys.writeKey)).toBe('taken');
    expect(await ask('2001:db8::1', keys.writeKey)).toBe('taken');
    expect(await ask('2001:db8::ffff:0:0:2', keys.writeKey)).toEqual(refused(1));
    expect(await ask('2001:db8:0:1::1', keys.writeKey)).toBe('taken');
    clock.ms += 1_000;
    expect(await ask('203.0.113.1', keys.writeKey)).toBe('taken');
  });

  it('are by key from whatever address, those of one key not those of another, and not for preflights', async () => {
    const { keys, ask } = start({ addresses: 0 });
    for (let n = 0; n < 4; n++) expect(await ask(`203.0.113.${n}`, keys.writeKey)).toBe('taken');
    expect(await ask('203.0.113.9', keys.writeKey)).toEqual(refused(1));
    expect(await ask('203.0.113.9', keys.secretKey)).toBe('taken');
    expect(await ask('203.0.113.9', keys.writeKey, 'OPTIONS')).toBe('taken');
  });

  it('are those of the key where it has its own', async () => {
    const { registry, ask } = start({ addresses: 0 });
    const slow = issueKey({ workspaceId: 'w', kind: 'write', requestsPerSecond: 1 }, 0);
    const fast = issueKey({ workspaceId: 'w', kind: 'write', requestsPerSecond: 100 }, 0);
    for (const { record } of [slow, fast]) registry.addKey(record);
    expect([await ask('203.0.113.1', slow.key), await ask('203.0.113.1', slow.key)]).toEqual(['taken', refused(1)]);
    for (let n = 0; n < 100; n++) expect(await ask('203.0.113.1', fast.key)).toBe('taken');
    expect(await ask('203.0.113.1', fast.key)).toEqual(refused(1));
  });
});
