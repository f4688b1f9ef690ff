import { describe, expect, it } from 'vitest';
import { createApiKey, hashApiKey, keyIdOf } from './api-key.js';
import { issueKey } from './issue-key.js';
import { createRegistry, type Registry } from './registry.js';

const empty = { workspaces: [], keys: [] };
const granted = (workspaceId: string, kind: string) => ({ kind: 'granted', access: { workspaceId, kind } });
const idOf = (key: string): string => keyIdOf(hashApiKey(key));

/** A registry with one workspace, under a clock that is set by hand. */
function start() {
  const clock = { nowMs: 1_000 };
  const registry = createRegistry(empty, () => clock.nowMs);
  const keys = registry.createWorkspace('a', 'A');
  return { clock, registry, keys };
}

/** The same as it would be in another process. */
const copyOf = (registry: Registry): Registry => createRegistry(registry.data(), () => 1_000);

describe('the registry', () => {
  it('knows the keys it issued, by workspace and kind, and no others', () => {
    const registry = createRegistry(empty, () => 5);
    const a = registry.createWorkspace('a', 'Workspace A');
    const b = registry.createWorkspace('b', 'Workspace B');
    expect(registry.lookUp(a.writeKey)).toMatchObject(granted('a', 'write'));
    expect(registry.lookUp(a.readKey)).toMatchObject(granted('a', 'read'));
    expect(registry.lookUp(b.secretKey)).toMatchObject(granted('b', 'secret'));
    for (const key of ['', 'tm_pk_', `${a.writeKey}0`, a.writeKey.toUpperCase(), hashApiKey(a.writeKey)]) {
      expect(registry.lookUp(key)).toEqual({ kind: 'malformed' });
    }
    for (const key of [createApiKey('write'), `tm_pk_${'0'.repeat(40)}`]) {
      expect(registry.lookUp(key)).toEqual({ kind: 'unknown' });
    }
  });

  it('keeps no key, only its hash', () => {
    const registry = createRegistry(empty, () => 5);
    const keys = registry.createWorkspace('a', 'A');
    const kept = JSON.stringify(registry.data());
    for (const key of [keys.writeKey, keys.readKey, keys.secretKey]) {
      expect(kept).not.toContain(key);
      expect(kept).toContain(hashApiKey(key));
    }
  });

  it('goes on with what it was given, and takes in what the store knows: new keys and revocations', () => {
    const { registry, keys } = start();
    const second = copyOf(registry);
    expect(second.lookUp(keys.readKey)).toMatchObject(granted('a', 'read'));
    const added = issueKey({ workspaceId: 'b', kind: 'secret' }, 1);
    second.merge({
      workspaces: [{ workspaceId: 'b', name: 'B', createdAtMs: 1 }],
      keys: [
        { keyHash: hashApiKey(keys.readKey), workspaceId: 'a', kind: 'read', createdAtMs: 5, revoked: true },
        added.record,
      ],
      clientConfigs: [{ workspaceId: 'a', enabled: false, sampling: {}, version: 7 }],
    });
    expect(second.lookUp(keys.readKey)).toEqual({ kind: 'revoked' });
    expect(second.lookUp(keys.writeKey)).toMatchObject(granted('a', 'write'));
    expect(second.lookUp(added.key)).toMatchObject(granted('b', 'secret'));
    expect(second.clientConfigs.of('a').enabled).toBe(false);
    expect(second.data().clientConfigs).toHaveLength(1);
    expect(second.data().workspaces.map((workspace) => workspace.workspaceId)).toEqual(['a', 'b']);
  });

  it('opens nothing with a key that expired, to the millisecond, though it was looked up before', () => {
    const { clock, registry, keys } = start();
    registry.changeKey(idOf(keys.writeKey), { expiresAtMs: 2_000 });
    clock.nowMs = 1_999;
    expect(registry.lookUp(keys.writeKey)).toMatchObject(granted('a', 'write'));
    clock.nowMs = 2_000;
    expect(registry.lookUp(keys.writeKey)).toEqual({ kind: 'expired', atMs: 2_000 });
    expect(registry.lookUp(keys.readKey)).toMatchObject(granted('a', 'read'));
  });

  it('opens nothing of a disabled workspace, and all of it again afterwards', () => {
    const { registry, keys } = start();
    const other = registry.createWorkspace('b', 'B');
    expect(registry.lookUp(keys.writeKey).kind).toBe('granted');
    registry.changeWorkspace('a', { disabled: true });
    for (const key of [keys.writeKey, keys.readKey, keys.secretKey]) {
      expect(registry.lookUp(key)).toEqual({ kind: 'disabled' });
    }
    expect(registry.lookUp(other.writeKey).kind).toBe('granted');
    registry.changeWorkspace('a', { disabled: false });
    expect(registry.lookUp(keys.writeKey).kind).toBe('granted');
  });

  it('takes the origins of a write key, or those of its workspace; other keys are of no page', () => {
    const { registry, keys } = start();
    registry.changeWorkspace('a', { allowedOrigins: ['https://a.example'] });
    const own = issueKey({ workspaceId: 'a', kind: 'write', origins: ['https://b.example'] }, 1);
    registry.addKey(own.record);
    const originsOf = (key: string) => {
      const lookup = registry.lookUp(key);
      return lookup.kind === 'granted' && lookup.access.origins;
    };
    expect(originsOf(keys.writeKey)).toEqual(['https://a.example']);
    expect(originsOf(own.key)).toEqual(['https://b.example']);
    expect(originsOf(keys.secretKey)).toEqual([]);
  });

  it('lets the later of two changes hold, in whatever order they come, and knows no way back from a revocation', () => {
    const { registry, keys } = start();
    const keyId = idOf(keys.readKey);
    const other = copyOf(registry);
    registry.changeKey(keyId, { revoked: true }); // version 1,001
    for (let step = 0; step < 3; step++) other.changeKey(keyId, { expiresAtMs: 9_000 + step });
    const merged = copyOf(registry);
    merged.merge(other.data());
    const reversed = copyOf(other);
    reversed.merge(registry.data());
    for (const both of [merged, reversed]) {
      expect(both.key(keyId)).toMatchObject({ revoked: true, expiresAtMs: 9_002, version: 1_004 });
      expect(both.lookUp(keys.readKey)).toEqual({ kind: 'revoked' });
    }
  });

  it('makes each change later than what it replaces, under a clock that was set back', () => {
    const { clock, registry, keys } = start();
    clock.nowMs = 10;
    expect(registry.changeWorkspace('a', { name: 'A2' })).toMatchObject({ name: 'A2', version: 1_001 });
    expect(registry.changeKey(idOf(keys.readKey), { revoked: true })?.version).toBe(1_001);
    expect(registry.changeWorkspace('nowhere', { name: 'x' })).toBeUndefined();
    expect(registry.changeKey('nowhere', { revoked: true })).toBeUndefined();
  });
});
