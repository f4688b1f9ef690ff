import { KEY_SCOPES, type KeyScope } from '@tidemark/protocol';
import { fastify } from 'fastify';
import { describe, expect, it } from 'vitest';
import { HttpProblem } from '../observe/http-problem.js';
import { createApiKey, keyIdOf } from './api-key.js';
import { authorise, requestKey } from './authorise.js';
import { issueKey } from './issue-key.js';
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
  it.each<[KeyScope, string, string, string]>([
    ['append', 'write', 'forbidden', 'secret'],
    ['read', 'forbidden', 'read', 'secret'],
    ['server', 'forbidden', 'forbidden', 'secret'],
    ['triage', 'forbidden', 'forbidden', 'forbidden'],
    ['configure', 'forbidden', 'forbidden', 'secret'],
    ['admin', 'forbidden', 'forbidden', 'forbidden'],
    ['operator', 'forbidden', 'forbidden', 'forbidden'],
  ])('lets keys %s: with a write key %s, a read key %s, a secret key %s', (action, ...expected) => {
    const outcomes = [writeKey, readKey, secretKey].map((key) => outcome(() => authorise(registry, key, action).kind));
    expect(outcomes).toEqual(expected);
  });

  it.each([
    ['', 'unknown_key'],
    [createApiKey('write'), 'unknown_key'],
    ['nonsense', 'malformed_key'],
    ['tm_pk_0000', 'malformed_key'],
    [`${writeKey.slice(0, -1)}${writeKey.endsWith('0') ? '1' : '0'}`, 'malformed_key'],
  ])('tells a mistyped key from one that nobody issued (%j)', (key, code) => {
    expect(outcome(() => authorise(registry, key, 'append'))).toBe(code);
  });

  it('opens by scope, not by kind, and says why a key opens nothing', () => {
    const narrow = issueKey({ workspaceId: 'w', kind: 'secret', scopes: ['read', 'admin'] }, 0);
    registry.addKey(narrow.record);
    const outcomes = KEY_SCOPES.map((scope) => outcome(() => authorise(registry, narrow.key, scope).kind));
    expect(outcomes).toEqual(['forbidden', 'secret', 'forbidden', 'forbidden', 'forbidden', 'secret', 'forbidden']);

    registry.changeKey(keyIdOf(narrow.record.keyHash), { expiresAtMs: -1 });
    expect(() => authorise(registry, narrow.key, 'read')).toThrow('expired at 1969-12-31T23:59:59.999Z');
    registry.changeKey(keyIdOf(narrow.record.keyHash), { revoked: true });
    expect(() => authorise(registry, narrow.key, 'read')).toThrow('was revoked');
    registry.changeWorkspace('w', { disabled: true });
    expect(outcome(() => authorise(registry, readKey, 'read'))).toBe('workspace_disabled');
    registry.changeWorkspace('w', { disabled: false });
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
