import { mkdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { copyFromBackup, copyToBackup } from './backup-files.js';

const NOW = Date.UTC(2026, 0, 5);
const nothing = async () => undefined;

/** A data directory as a stopped collector leaves it, in small. */
async function makeData() {
  const parent = await temporaryDirectory();
  const [data, backup, target] = [join(parent, 'data'), join(parent, 'backup'), join(parent, 'target')];
  for (const folder of ['wal', 'daily-salts', 'engine/spool', 'engine/data/store/63f', 'engine/data/metadata']) {
    await mkdir(join(data, folder), { recursive: true });
  }
  const files = {
    'keys.json': '{"secret":1}',
    'wal/000000000001.wal': 'rows',
    'engine/data/store/63f/data.bin': 'columns',
    'collector.lock': '{}',
    'engine/spool/half': 'x',
    'control.json.new': 'half',
    'daily-salts/2026-01-05.salt': 'outlived its days there',
  };
  for (const [path, text] of Object.entries(files)) await writeFile(join(data, path), text);
  await symlink('../store/63f', join(data, 'engine/data/metadata/relative'));
  await symlink(join(data, 'engine/data/store/63f'), join(data, 'engine/data/metadata/absolute'));
  return { data, backup, target };
}

describe('a backup of files', () => {
  it('holds all but what belongs to a process, and comes back the same elsewhere, links included', async () => {
    const { data, backup, target } = await makeData();
    const { files, madeAt } = await copyToBackup(data, backup, NOW);
    expect(files.map(({ path, bytes }) => [path, bytes])).toEqual([
      ['engine/data/store/63f/data.bin', 7],
      ['keys.json', 12],
      ['wal/000000000001.wal', 4],
    ]);
    expect(madeAt).toBe('2026-01-05T00:00:00.000Z');
    await rm(data, { recursive: true });
    await copyFromBackup(backup, target, [], nothing);
    expect(await readFile(join(target, 'wal/000000000001.wal'), 'utf8')).toBe('rows');
    for (const link of ['relative', 'absolute']) {
      expect(await readlink(join(target, 'engine/data/metadata', link))).toBe('../store/63f');
      expect(await readFile(join(target, 'engine/data/metadata', link, 'data.bin'), 'utf8')).toBe('columns');
    }
  });

  it('is refused, with nothing written, when a file is not as it was or is missing, or it was never finished', async () => {
    const { data, backup, target } = await makeData();
    await copyToBackup(data, backup, NOW);
    let begun = 0;
    const restore = () =>
      copyFromBackup(backup, target, [], async () => {
        begun++;
      });
    await writeFile(join(backup, 'wal/000000000001.wal'), 'rowt');
    await expect(restore()).rejects.toThrow('000000000001.wal is not as it was backed up');
    await rm(join(backup, 'wal/000000000001.wal'));
    await expect(restore()).rejects.toMatchObject({ code: 'backup_unusable' });
    await rm(join(backup, 'backup.json'));
    await expect(restore()).rejects.toThrow('no backup that was finished');
    expect(begun).toBe(0);
  });

  it('goes into an empty directory alone, and takes the place of nothing that is to stay', async () => {
    const { data, backup, target } = await makeData();
    await copyToBackup(data, backup, NOW);
    await expect(copyToBackup(data, backup, NOW)).rejects.toThrow('is not empty');
    await mkdir(target);
    await writeFile(join(target, 'keys.json'), 'mine');
    await expect(copyFromBackup(backup, target, [], nothing)).rejects.toThrow('is not empty (keys.json)');
    await copyFromBackup(backup, target, ['keys.json'], nothing);
    expect(await readFile(join(target, 'keys.json'), 'utf8')).toBe('mine');
  });
});
