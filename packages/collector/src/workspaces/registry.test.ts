import { describe, expect, it } from 'vitest';
import { hashApiKey } from './api-key.js';
import { createRegistry } from './registry.js';

const empty = { workspaces: [], keys: [], clientConfigs: [] };

describe('the registry', () => {
  it('knows the keys it issued, by workspace and kind, and no others', () => {
    const registry = createRegistry(empty, () => 5);
    const a = registry.createWorkspace('a', 'Workspace A');
    const b = registry.createWorkspace('b', 'Workspace B');
    expect(registry.lookUp(a.writeKey)).toEqual({ workspaceId: 'a', kind: 'write' });
    expect(registry.lookUp(a.readKey)).toEqual({ workspaceId: 'a', kind: 'read' });
    expect(registry.lookUp(b.secretKey)).toEqual({ workspaceId: 'b', kind: 'secret' });
    for (const key of ['', 'tm_pk_', `${a.writeKey}0`, a.writeKey.toUpperCase(), hashApiKey(a.writeKey)]) {
      expect(registry.lookUp(key)).toBeUndefined();
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
    const first = createRegistry(empty, () => 5);
    const keys = first.createWorkspace('a', 'A');
    const second = createRegistry(first.data(), () => 6);
    expect(second.lookUp(keys.readKey)).toEqual({ workspaceId: 'a', kind: 'read' });
    second.merge({
      workspaces: [{ workspaceId: 'b', name: 'B', createdAtMs: 1 }],
      keys: [
        { keyHash: hashApiKey(keys.readKey), workspaceId: 'a', kind: 'read', createdAtMs: 5, revoked: true },
        { keyHash: hashApiKey('tm_sk_new'), workspaceId: 'b', kind: 'secret', createdAtMs: 1, revoked: false },
      ],
      clientConfigs: [{ workspaceId: 'a', enabled: false, sampling: {}, version: 7 }],
    });
    expect(second.lookUp(keys.readKey)).toBeUndefined();
    expect(second.lookUp(keys.writeKey)).toEqual({ workspaceId: 'a', kind: 'write' });
    expect(second.lookUp('tm_sk_new')).toEqual({ workspaceId: 'b', kind: 'secret' });
    expect(second.clientConfigs.of('a').enabled).toBe(false);
    expect(second.data().clientConfigs).toHaveLength(1);
    expect(second.data().workspaces.map((workspace) => workspace.workspaceId)).toEqual(['a', 'b']);
  });
});
