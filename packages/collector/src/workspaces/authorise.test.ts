import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import { HttpProblem } from '../observe/http-problem.js';
import { type Action, authorise, requestKey } from './authorise.js';
import { createRegistry } from './registry.js';

const registry = createRegistry({ workspaces: [], keys: [], clientConfigs: [] }, () => 0);
const { writeKey, readKey, secretKey } = registry.createWorkspace('w', 'W');

function outcome(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    if (error instanceof HttpProblem) return error.code;
    throw error;
  }
}

describe('authorise', () => {
  it.each<[Action, string, string, string]>([
    ['append', 'write', 'forbidden', 'secret'],
    ['read', 'forbidden', 'read', 'secret'],
    ['configure', 'forbidden', 'forbidden', 'secret'],
  ])('lets keys %s: with a write key %s, a read key %s, a secret key %s', (action, ...expected) => {
    const outcomes = [writeKey, readKey, secretKey].map((key) => outcome(() => authorise(registry, key, action).kind));
    expect(outcomes).toEqual(expected);
  });

  it.each(['', 'nonsense', 'tm_pk_0000'])('does not know the key %j', (key) => {
    expect(outcome(() => authorise(registry, key, 'append'))).toBe('unknown_key');
  });
});

describe('requestKey', () => {
  async function keyOf(address: string, authorization?: string): Promise<unknown> {
    const app = fastify();
    app.get('/', (request) => ({ key: outcome(() => requestKey(request)) }));
    const answer = await app.inject({ url: address, headers: authorization === undefined ? {} : { authorization } });
    return answer.json<{ key: unknown }>().key;
  }

  it.each([
    ['a header', '/', `Bearer ${secretKey}`, secretKey],
    ['a header in lower case', '/', `bearer  ${readKey} `, readKey],
    ['a header before the address', `/?k=${writeKey}`, `Bearer ${readKey}`, readKey],
    ['the address', `/?k=${writeKey}`, undefined, writeKey],
    ['the address beside another header', `/?k=${writeKey}`, 'Basic abc', writeKey],
    ['an address with what is no key', '/?k=nonsense', undefined, 'nonsense'],
    ['nowhere', '/', undefined, ''],
    ['an address with two', '/?k=a&k=b', undefined, ''],
    ['an address with a read key', `/?k=${readKey}`, undefined, 'forbidden'],
    ['an address with a secret key', `/?k=${secretKey}`, undefined, 'forbidden'],
  ])('takes the key from %s', async (_, address, authorization, expected) => {
    expect(await keyOf(address, authorization)).toBe(expected);
  });
});
