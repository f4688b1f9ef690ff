import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { openKeptFile } from './kept-file.js';

it('what is kept in a file is there at the next start, and nothing before the first time', async () => {
  const path = join(await temporaryDirectory(), 'said.json');
  const first = await openKeptFile<string>(path);
  expect(first.kept).toEqual([]);
  await first.save(['one', '漢字']);
  await first.save(['one', 'two']);
  expect((await openKeptFile<string>(path)).kept).toEqual(['one', 'two']);
});

it('a file that cannot be read is a fault, not an empty one: what was said would no longer hold', async () => {
  const path = join(await temporaryDirectory(), 'said.json');
  await writeFile(path, '["one"');
  await expect(openKeptFile(path)).rejects.toThrow();
});
