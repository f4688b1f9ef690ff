import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { createPseudonyms } from './pseudonyms.js';
import { createRegistry } from './registry.js';

function openRegistry() {
  let nowMs = 1_767_582_000_000;
  return createRegistry({ workspaces: [], keys: [], clientConfigs: [] }, () => nowMs++);
}

describe('pseudonyms', () => {
  it('are the HMAC-SHA-256 of the id under the salt of the workspace', () => {
    const registry = openRegistry();
    registry.createWorkspace('a', 'A', { pseudonymousIds: true });
    const [salt = ''] = registry.workspace('a')?.idSalts ?? [];
    expect(salt).toMatch(/^[0-9a-f]{64}$/);
    const expected = `p_${createHmac('sha256', Buffer.from(salt, 'hex')).update('cust-12345678').digest('hex')}`;
    expect(createPseudonyms(registry).maker('a')?.('cust-12345678')).toBe(expected);
  });

  it('are others in another workspace, and the same for a UUID in either case', () => {
    const registry = openRegistry();
    for (const name of ['a', 'b']) registry.createWorkspace(name, name, { pseudonymousIds: true });
    const { maker } = createPseudonyms(registry);
    const id = '0198c0de-5555-7abc-8def-a0b0c0d0e0f0';
    expect(maker('a')?.(id)).toBe(maker('a')?.(id.toUpperCase()));
    expect(maker('a')?.(id)).not.toBe(maker('b')?.(id));
  });

  it('are made by nobody who did not ask for them, and found again after the setting is switched off', () => {
    const registry = openRegistry();
    registry.createWorkspace('a', 'A');
    const { maker, formsOf } = createPseudonyms(registry);
    expect([maker('a'), maker('nobody'), formsOf('a', 'x')]).toEqual([undefined, undefined, ['x']]);
    registry.changeWorkspace('a', { pseudonymousIds: true });
    const pseudonym = maker('a')?.('x');
    registry.changeWorkspace('a', { pseudonymousIds: false });
    expect(maker('a')).toBeUndefined();
    expect(formsOf('a', 'x')).toEqual([pseudonym, 'x']);
    registry.changeWorkspace('a', { pseudonymousIds: true });
    expect(maker('a')?.('x')).toBe(pseudonym);
  });

  it('are found under both salts when two collectors switched them on at once, and made under one', () => {
    const [one, two] = [openRegistry(), openRegistry()];
    one.createWorkspace('a', 'A');
    two.merge(one.data());
    for (const registry of [one, two]) registry.changeWorkspace('a', { pseudonymousIds: true });
    const before = [one, two].map((registry) => createPseudonyms(registry).maker('a')?.('x'));
    for (let round = 0; round < 2; round++) {
      one.merge(two.data());
      two.merge(one.data());
    }
    const [first, second] = [createPseudonyms(one), createPseudonyms(two)];
    expect(first.formsOf('a', 'x')).toEqual(second.formsOf('a', 'x'));
    for (const pseudonym of before) expect(first.formsOf('a', 'x')).toContain(pseudonym);
    expect(first.maker('a')?.('x')).toBe(second.maker('a')?.('x'));
    expect(one.data()).toEqual(two.data()); // and that is the end of it
  });

  it('keep their salt when a record of an earlier release, which knows none, is the later one', () => {
    const registry = openRegistry();
    registry.createWorkspace('a', 'A', { pseudonymousIds: true });
    const salts = registry.workspace('a')?.idSalts;
    registry.merge({ workspaces: [{ workspaceId: 'a', name: 'B', createdAtMs: 1, version: 2 ** 50 }], keys: [] });
    expect(registry.workspace('a')).toMatchObject({ name: 'B', idSalts: salts, pseudonymousIds: false });
  });
});
