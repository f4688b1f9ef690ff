import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makePipe } from '../../../../../test/fixtures/make-pipe.js';
import { temporaryDirectory } from '../../../../../test/fixtures/temporary-directory.js';
import { nodeFileSystem } from '../../disk/file-system.js';
import { openRunShelf } from './run-shelf.js';

it('sets aside what lies under the name of ids and is no file, counts it, and begins without', async () => {
  const directory = await temporaryDirectory();
  const names = ['020000-0000000001.ids', '020000-0000000002.ids'] as const;
  await mkdir(join(directory, names[0], 'within'), { recursive: true });
  await makePipe(join(directory, names[1]));
  const bounds = { mergeAt: 3, smallestRun: 30, filterBytesMax: 1_000 };
  const shelf = await openRunShelf({ directory, fileSystem: nodeFileSystem, random: () => 0, ...bounds });
  expect([shelf.runs(), shelf.damaged()]).toEqual([0, 2]);
  await shelf.close();
  expect((await readdir(directory)).sort()).toEqual(names.map((name) => `${name}.damaged`));
});
