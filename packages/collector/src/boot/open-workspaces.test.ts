import { readdir, readFile, stat } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { keysFile, openWorkspaces } from './open-workspaces.js';

it('keeps the keys over restarts, and the address of the last one beside them, for the owner alone', async () => {
  const directory = await temporaryDirectory();
  const first = await openWorkspaces(directory, 'shop');
  await first.saveAddress('http://127.0.0.1:1111');
  const second = await openWorkspaces(directory, 'shop');
  expect(second.keys).toEqual(first.keys);
  await second.saveAddress('http://127.0.0.1:2222');

  const path = keysFile(directory);
  expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ ...first.keys, url: 'http://127.0.0.1:2222' });
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
