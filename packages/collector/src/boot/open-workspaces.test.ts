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
