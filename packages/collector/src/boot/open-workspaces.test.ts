import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { hashApiKey, keyIdOf } from '../workspaces/api-key.js';
import { keysFile, type LocalKeys, openWorkspaces } from './open-workspaces.js';

it('keeps the keys over restarts, and the address of the last one beside them, for the owner alone', async () => {
  const directory = await temporaryDirectory();
  const first = await openWorkspaces(directory, 'shop');
  await first.saveAddress('http://127.0.0.1:1111');
  const second = await openWorkspaces(directory, 'shop');
  expect(second.keys).toEqual(first.keys);
  await second.saveAddress('http://127.0.0.1:2222');

  const path = keysFile(directory);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
    ...first.keys,
    adminKey: expect.stringMatching(/^tm_sk_/),
    url: 'http://127.0.0.1:2222',
  });
  expect((await stat(path)).mode & 0o777).toBe(0o600);
  expect((await readdir(directory)).sort()).toEqual(['control.json', 'keys.json']);
});

it('writes one snapshot after the other, however many ask at once, and the last holds', async () => {
  const directory = await temporaryDirectory();
  const { registry, save } = await openWorkspaces(directory, 'shop');
  const rates = Array.from({ length: 20 }, (_, n) => n / 20);
  await Promise.all(
    rates.map((click) => {
      registry.clientConfigs.change('shop', { sampling: { click } });
      return save();
    }),
  );
  const { registry: next } = await openWorkspaces(directory, 'shop');
  expect(next.clientConfigs.of('shop')).toEqual(registry.clientConfigs.of('shop'));
});

it('makes a key for the operator, once, and anew when that one opens nothing any more', async () => {
  const directory = await temporaryDirectory();
  const adminKey = async () => (JSON.parse(await readFile(keysFile(directory), 'utf8')) as LocalKeys).adminKey ?? '';
  const { registry, save, made } = await openWorkspaces(directory, 'shop');
  const first = await adminKey();
  expect(made.map(({ action, subject }) => [action, subject])).toEqual([
    ['workspace.create', 'shop'],
    ['key.issue', keyIdOf(hashApiKey(first))],
  ]);
  expect(registry.lookUp(first)).toMatchObject({ access: { workspaceId: '', scopes: ['operator'] } });
  expect((await openWorkspaces(directory, 'shop')).made).toEqual([]);
  expect(await adminKey()).toBe(first);

  registry.changeKey(keyIdOf(hashApiKey(first)), { revoked: true });
  await save();
  const { registry: next } = await openWorkspaces(directory, 'shop');
  expect(await adminKey()).not.toBe(first);
  expect(next.lookUp(await adminKey()).kind).toBe('granted');
});

it('goes on from what an earlier release left, and makes the operator a key', async () => {
  const directory = await temporaryDirectory();
  const old = { workspaceId: 'shop', writeKey: oldKey('pk'), readKey: oldKey('rk'), secretKey: oldKey('sk') };
  const keys = (['write', 'read', 'secret'] as const).map((kind) => ({
    keyHash: hashApiKey(old[`${kind}Key`]),
    workspaceId: 'shop',
    kind,
    createdAtMs: 1,
    revoked: false,
  }));
  const control = { workspaces: [{ workspaceId: 'shop', name: 'shop', createdAtMs: 1 }], keys };
  await writeFile(join(directory, 'control.json'), JSON.stringify(control));
  await writeFile(keysFile(directory), JSON.stringify({ ...old, url: 'http://127.0.0.1:1' }));

  const opened = await openWorkspaces(directory, 'shop');
  expect(opened.keys).toEqual(old);
  expect(opened.registry.lookUp(old.writeKey)).toMatchObject({ access: { scopes: ['append'] } });
  expect(opened.registry.lookUp(old.secretKey)).toMatchObject({
    access: { scopes: ['append', 'read', 'server', 'configure'] },
  });
  const local = JSON.parse(await readFile(keysFile(directory), 'utf8')) as LocalKeys;
  expect(opened.registry.lookUp(local.adminKey ?? '').kind).toBe('granted');
});

it('keeps the new one of a key that was rotated, if it kept the old one', async () => {
  const directory = await temporaryDirectory();
  const { keys, replaceKey } = await openWorkspaces(directory, 'shop');
  await Promise.all([
    replaceKey(keyIdOf(hashApiKey(keys.readKey)), 'the next one'),
    replaceKey('0123456789abcdef', 'of somebody else'),
  ]);
  const local = JSON.parse(await readFile(keysFile(directory), 'utf8')) as LocalKeys;
  expect(local).toMatchObject({ ...keys, readKey: 'the next one' });
});

/** As they were issued before there were checksums. */
function oldKey(kind: string): string {
  return `tm_${kind}_${'0123456789'.repeat(4)}`;
}
