import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { makePipe } from '../../../../test/fixtures/make-pipe.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { openWorkspaces } from '../boot/open-workspaces.js';
import { readSuppressionFile } from '../privacy/suppression-file.js';
import { readControlSnapshot } from '../workspaces/control-snapshot.js';
import { openKeptFile } from './kept-file.js';

const READERS = {
  'control.json': readControlSnapshot,
  'keys.json': (directory: string) => openWorkspaces(directory, 'shop'),
  'suppressions.json': readSuppressionFile,
  'rules.json': (directory: string) => openKeptFile(join(directory, 'rules.json')),
};

it.each(Object.entries(READERS))('a damaged %s is named with what to do, and left for a person', async (file, read) => {
  const contents = ['', '{"keys":[', '\u0000\u0001', 'null', '7', '{}', '{"keys":{},"entries":1}', mkdir, makePipe];
  for (const content of contents) {
    const directory = await temporaryDirectory();
    if (file === 'keys.json') await openWorkspaces(directory, 'shop');
    const path = join(directory, file);
    await rm(path, { force: true });
    if (typeof content === 'string') await writeFile(path, content);
    else await content(path);
    await expect(read(directory), String(content)).rejects.toMatchObject({
      name: 'TidemarkError',
      code: 'file_damaged',
      message: expect.stringMatching(
        `^${path} cannot be read \\(${typeof content === 'string' ? '.*' : 'it is no file'}\\): put it back from a backup, or choose another --data$`,
      ),
    });
  }
});
