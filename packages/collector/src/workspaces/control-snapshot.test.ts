import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { readControlSnapshot, writeControlSnapshot } from './control-snapshot.js';
import { createRegistry } from './registry.js';

describe('the control snapshot', () => {
  it('comes back as it was written, readable by its owner alone, and the newer replaces the older', async () => {
    const directory = await temporaryDirectory();
    expect(await readControlSnapshot(directory)).toBeUndefined();
    const registry = createRegistry({ workspaces: [], keys: [], clientConfigs: [] }, () => 1_767_609_000_000);
    for (const name of ['a', 'b']) {
      registry.createWorkspace(name, `Workspace "${name}" 漢字`);
      registry.clientConfigs.change(name, { sampling: { '漢字 "': 0.5, constructor: 0 } });
      await writeControlSnapshot(directory, registry.data());
      expect(await readControlSnapshot(directory)).toEqual(registry.data());
    }
    expect(await readdir(directory)).toEqual(['control.json']);
    expect((await stat(join(directory, 'control.json'))).mode & 0o777).toBe(0o600);
  });

  it('is read as earlier releases wrote it, before there were client configurations, scopes and settings', async () => {
    const directory = await temporaryDirectory();
    const key = { keyHash: 'h', workspaceId: 'a', kind: 'write', createdAtMs: 1, revoked: true };
    const old = { workspaces: [{ workspaceId: 'a', name: 'A', createdAtMs: 1 }], keys: [key] };
    await writeFile(join(directory, 'control.json'), JSON.stringify(old));
    expect(await readControlSnapshot(directory)).toEqual({
      workspaces: [
        {
          workspaceId: 'a',
          name: 'A',
          createdAtMs: 1,
          disabled: false,
          retentionDays: 0,
          rollupDays: 0,
          dailyEvents: 0,
          allowedOrigins: [],
          pseudonymousIds: false,
          idSalts: [],
          cookieless: false,
          version: 0,
        },
      ],
      keys: [{ ...key, name: '', scopes: ['append'], origins: [], expiresAtMs: 0, requestsPerSecond: 0, version: 0 }],
      clientConfigs: [],
    });
  });
});
