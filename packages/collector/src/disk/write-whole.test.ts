import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createRandom } from '../../../../benchmarks/src/load/random.js';
import { createMemoryDisk } from '../../../../test/fixtures/memory-disk.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { type FileOperation, watchFileSystem } from '../../../../test/fixtures/watched-file-system.js';
import { writeWhole, writeWholeBy } from './write-whole.js';

const OPERATIONS: readonly FileOperation[] = ['create', 'append', 'sync', 'close', 'rename', 'syncDirectory'];

describe('a file that is written whole', () => {
  it('is in the place of the former, for its owner alone, and leaves nothing beside it', async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, 'kept.json');
    await writeFile(`${path}.new`, 'left by a process that was killed');
    for (const content of ['first', Buffer.from('second, 漢字')]) {
      await writeWhole(path, content);
      expect(await readFile(path)).toEqual(Buffer.from(content));
    }
    expect(await readdir(directory)).toEqual(['kept.json']);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
  });

  it('fails with the disk, whichever call fails, leaves the former as it was before the rename, and can be tried again', async () => {
    const directory = await temporaryDirectory();
    const path = join(directory, 'kept.json');
    for (const operation of OPERATIONS) {
      const disk = watchFileSystem();
      await writeWhole(path, 'former', disk);
      disk.fail(operation);
      await expect(writeWhole(path, operation, disk)).rejects.toThrow(`told to fail at ${operation}`);
      expect(await readFile(path, 'utf8')).toBe(operation === 'syncDirectory' ? operation : 'former');
      await writeWhole(path, `${operation} again`, disk);
      expect(await readFile(path, 'utf8')).toBe(`${operation} again`);
    }
  });

  it('fails where it is no file that stands in the way', async () => {
    const path = join(await temporaryDirectory(), 'kept.json');
    await mkdir(`${path}.new`);
    await expect(writeWhole(path, 'text')).rejects.toThrow();
  });

  it('is the former or the new one after a power cut at any operation, and the new one when it was said to be there', async () => {
    const random = createRandom(20_261_129);
    for (let operations = 0; operations < 12; operations++) {
      for (let cut = 0; cut < 20; cut++) {
        const disk = createMemoryDisk(random);
        await writeWhole('/data/kept', 'former', disk.boot());
        const pieces = ['one', 'two', 'three'].map((text) => Buffer.from(text));
        const running = disk.boot();
        disk.dieAfter(operations);
        const said = await writeWholeBy('/data/kept', (file) => file.append(pieces), running).then(
          () => true,
          () => false,
        );
        disk.cutPower();
        const left = String(await disk.boot().read('/data/kept'));
        expect(said ? ['onetwothree'] : ['former', 'onetwothree']).toContain(left);
        expect(said).toBe(operations >= 6); // remove, create, append, sync, rename, sync of the directory
      }
    }
  });
});
