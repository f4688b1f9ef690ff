import { describe, expect, it } from 'vitest';
import { hashApiKey, keyIdOf } from './api-key.js';
import type { AuditContent } from './audit-chain.js';
import { createControlChanges } from './control-changes.js';
import { createRegistry } from './registry.js';

const ACTOR = { keyId: 'k1', addressPrefix: '203.0.113.0/24' };

/** A disk that writes when it is told to. */
function start() {
  const clock = { nowMs: 1_000 };
  const registry = createRegistry({ workspaces: [], keys: [] }, () => clock.nowMs);
  const keys = registry.createWorkspace('w', 'W');
  const log: string[] = [];
  const disk: { write: () => Promise<void> } = { write: async () => undefined };
  const changes = createControlChanges({
    registry,
    async record({ action, subject }: AuditContent) {
      await disk.write();
      log.push(`${action} ${subject}`);
    },
    save: async () => void log.push('saved'),
    changed: () => log.push('told'),
    rotated: async (formerKeyId) => void log.push(`kept for ${formerKeyId}`),
    now: () => clock.nowMs,
  });
  const idOf = (key: string) => keyIdOf(hashApiKey(key));
  return { clock, registry, keys, changes, log, disk, idOf };
}

describe('a change of control data', () => {
  it('is on the log before it is in force, and on disk before it is confirmed', async () => {
    const { registry, keys, changes, log, disk, idOf } = start();
    disk.write = async () => void expect(registry.lookUp(keys.readKey).kind).toBe('granted');
    await changes.revokeKey(ACTOR, idOf(keys.readKey));
    expect(registry.lookUp(keys.readKey).kind).toBe('revoked');
    expect(log).toEqual([`key.revoke ${idOf(keys.readKey)}`, 'told', 'saved']);
  });

  it('is not made when the log cannot be written, nor logged when it cannot be made; the next one goes on', async () => {
    const { registry, keys, changes, log, disk, idOf } = start();
    disk.write = () => Promise.reject(new Error('disk full'));
    await expect(changes.revokeKey(ACTOR, idOf(keys.readKey))).rejects.toThrow('disk full');
    expect(registry.lookUp(keys.readKey).kind).toBe('granted');
    disk.write = async () => undefined;
    await expect(changes.revokeKey(ACTOR, 'nobody')).rejects.toMatchObject({ code: 'not_found' });
    await expect(changes.createWorkspace(ACTOR, 'w', 'W', {})).rejects.toMatchObject({ code: 'conflict' });
    await expect(changes.changeWorkspace(ACTOR, 'nowhere', {})).rejects.toMatchObject({ code: 'not_found' });
    expect(log).toEqual([]);
    await changes.changeWorkspace(ACTOR, 'w', { name: 'W2' });
    expect(registry.workspace('w')?.name).toBe('W2');
  });

  it('waits for the one before: of two that make the same workspace one is told that it is there', async () => {
    const { changes } = start();
    const both = await Promise.allSettled([1, 2].map(() => changes.createWorkspace(ACTOR, 'new', 'New', {})));
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  });

  it('is made on what is known when it is made: what the store brought meanwhile is not undone', async () => {
    const { registry, keys, changes, disk, idOf } = start();
    const keyId = idOf(keys.writeKey);
    disk.write = async () => {
      const record = registry.key(keyId);
      if (record) registry.merge({ workspaces: [], keys: [{ ...record, revoked: true, version: 5_000 }] });
    };
    await changes.rotateKey(ACTOR, keyId, 60_000);
    expect(registry.key(keyId)).toMatchObject({ revoked: true, expiresAtMs: 61_000, version: 5_001 });
  });
});

describe('a rotation', () => {
  it('issues a key like the old one, which ends when the overlap does', async () => {
    const { clock, registry, keys, changes, log, idOf } = start();
    const { key, former } = await changes.rotateKey(ACTOR, idOf(keys.writeKey), 60_000);
    expect(former.expiresAtMs).toBe(61_000);
    expect(log.at(-1)).toBe(`kept for ${idOf(keys.writeKey)}`);
    clock.nowMs = 60_999;
    expect([keys.writeKey, key].map((each) => registry.lookUp(each).kind)).toEqual(['granted', 'granted']);
    clock.nowMs = 61_000;
    expect([keys.writeKey, key].map((each) => registry.lookUp(each).kind)).toEqual(['expired', 'granted']);
    await expect(changes.rotateKey(ACTOR, idOf(keys.writeKey), 1)).rejects.toMatchObject({ code: 'conflict' });
  });
});
