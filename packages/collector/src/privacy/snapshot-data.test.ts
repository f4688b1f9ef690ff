import { mkdir, readdir, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { listFiles, SNAPSHOT } from './backup-files.js';
import { dropSnapshot, snapshotData } from './snapshot-data.js';

const TABLE = 'engine/data/store/abc/table';
const FILES = ['checksums.txt', 'columns.txt', 'data.bin'];

/** As the engine does it: under another name first. */
async function makePart(table: string, name: string): Promise<void> {
  const unfinished = join(table, `tmp_merge_${name}`);
  await mkdir(unfinished, { recursive: true });
  for (const file of FILES) await writeFile(join(unfinished, file), name);
  await rename(unfinished, join(table, name));
}

async function dropPart(table: string, name: string): Promise<void> {
  const going = join(table, `delete_tmp_${name}`);
  await rename(join(table, name), going);
  await rm(going, { recursive: true });
}

it('gives parts a second name, copies what may be written to, and leaves out what is not finished and itself', async () => {
  const data = await temporaryDirectory();
  await makePart(join(data, TABLE), '2026_1_1_0');
  await mkdir(join(data, TABLE, 'tmp_insert_2026_2_2_0'));
  await writeFile(join(data, TABLE, 'tmp_insert_2026_2_2_0', 'data.bin'), 'half');
  const written = [`${TABLE}/deduplication_logs/log_1.txt`, 'wal/1.wal', 'keys.json'];
  for (const path of written) {
    await mkdir(join(data, path, '..'), { recursive: true });
    await writeFile(join(data, path), path);
  }
  await mkdir(join(data, 'engine/data/data'));
  await symlink(join(data, TABLE), join(data, 'engine/data/data/events'));

  await snapshotData(data);
  const snapshot = await snapshotData(data); // one that was left is replaced
  expect(snapshot).toBe(join(data, SNAPSHOT));
  const { files, links } = await listFiles(snapshot);
  expect(files).toEqual([...FILES.map((file) => `${TABLE}/2026_1_1_0/${file}`), ...written].sort());
  expect(links).toEqual([{ path: 'engine/data/data/events', to: '../store/abc/table' }]);
  const inode = async (directory: string, path: string) => (await stat(join(directory, path))).ino;
  for (const path of files) {
    const isShared = (await inode(data, path)) === (await inode(snapshot, path));
    expect(isShared, path).toBe(path.includes('/2026_1_1_0/'));
  }
  await dropSnapshot(data);
  expect((await readdir(data)).includes(SNAPSHOT)).toBe(false);
});

it('has every block of a table in whole parts, however they are merged meanwhile', async () => {
  const data = await temporaryDirectory();
  const table = join(data, TABLE);
  const BLOCKS = 64;
  for (let block = 1; block <= BLOCKS; block++) await makePart(table, `all_${block}_${block}_0`);
  const merging = (async () => {
    for (let level = 1; 2 ** level <= BLOCKS; level++) {
      for (let low = 1; low <= BLOCKS; low += 2 ** level) {
        const middle = low + 2 ** (level - 1);
        const high = low + 2 ** level - 1;
        await makePart(table, `all_${low}_${high}_${level}`);
        await dropPart(table, `all_${low}_${middle - 1}_${level - 1}`);
        await dropPart(table, `all_${middle}_${high}_${level - 1}`);
        await turn();
      }
    }
    return 'merged';
  })();
  let snapshots = 0;
  for (let isMerged = false; !isMerged; snapshots++) {
    isMerged = (await Promise.race([merging, turn('merging')])) === 'merged';
    const snapshot = await snapshotData(data);
    const blocks = new Set<number>();
    for (const part of await readdir(join(snapshot, TABLE))) {
      const [, low, high] = part.split('_').map(Number);
      for (const file of FILES) expect(await readFile(join(snapshot, TABLE, part, file), 'utf8')).toBe(part);
      for (let block = Number(low); block <= Number(high); block++) blocks.add(block);
    }
    expect(blocks.size).toBe(BLOCKS);
  }
  expect(snapshots).toBeGreaterThan(1);
});
