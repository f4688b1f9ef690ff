import { appendFile, mkdir, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePipe } from '../../../../test/fixtures/make-pipe.js';
import { createMemoryDisk } from '../../../../test/fixtures/memory-disk.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { openTestWal, rowsAfterReopen, sealedRows, walRecord } from '../../../../test/fixtures/wal.js';
import { watchFileSystem } from '../../../../test/fixtures/watched-file-system.js';
import { segmentFileName, segmentHeader } from './segment.js';

/** A directory with one sealed segment for each row. */
async function directoryWith(...rows: string[]): Promise<string> {
  const directory = await temporaryDirectory();
  const wal = await openTestWal(directory, undefined, { segmentRows: 1 });
  for (const row of rows) await wal.append([walRecord(row, `note of ${row}`)]);
  await wal.close();
  return directory;
}

const pathOf = (directory: string, number: number) => join(directory, segmentFileName(number));

describe('recovery', () => {
  it('shows every segment to whoever wants its notes, oldest first', async () => {
    const directory = await directoryWith('a', 'b');
    const notes: string[] = [];
    const wal = await openTestWal(directory, undefined, {
      onRecovered: (content) => notes.push(...content.records.map((record) => Buffer.from(record.note).toString())),
    });
    expect(notes).toEqual(['note of a', 'note of b']);
    expect(wal.recovery).toMatchObject({ rows: 2, nextNumber: 3 });
    await wal.close();
  });

  it('forces what it found to the disk: a killed process may have left it in the page cache alone', async () => {
    const directory = await directoryWith('a', 'b');
    const fileSystem = watchFileSystem();
    const wal = await openTestWal(directory, fileSystem);
    expect(fileSystem.counts).toMatchObject({ sync: 2, syncDirectory: 1 });
    await wal.close();
    fileSystem.fail('sync', 1, 100);
    await expect(openTestWal(directory, fileSystem)).rejects.toThrow('EIO'); // or copies of it would be acknowledged
  });

  it('writes anew what a sync failed on: the next would succeed without writing anything', async () => {
    const directory = await directoryWith('a', 'b');
    const fileSystem = watchFileSystem();
    fileSystem.fail('sync', 1, 2); // of the segment, and of its first copy
    const wal = await openTestWal(directory, fileSystem);
    expect(fileSystem.counts).toMatchObject({ create: 2, rename: 1 });
    expect(await sealedRows(wal)).toEqual(['a', 'b']);
    await wal.close();
    expect(await readdir(directory)).toHaveLength(2);
  });

  it('sets aside what is no file, counts it, and goes on', async () => {
    const directory = await directoryWith('a', 'b');
    await rm(pathOf(directory, 2));
    await mkdir(join(pathOf(directory, 2), 'within'), { recursive: true });
    await mkdir(`${pathOf(directory, 2)}.damaged`);
    await writeFile(join(`${pathOf(directory, 2)}.damaged`, 'of-before'), '');
    await symlink('nowhere', pathOf(directory, 3));
    await makePipe(pathOf(directory, 4));
    await symlink('/dev/zero', pathOf(directory, 5));
    const wal = await openTestWal(directory);
    expect(wal.recovery).toMatchObject({ rows: 1, quarantined: 4, nextNumber: 6 });
    expect(await sealedRows(wal)).toEqual(['a']);
    await wal.close();
    const aside = ['', '.2'].map((again) => `${segmentFileName(2)}${again}.damaged`);
    const others = [3, 4, 5].map((number) => `${segmentFileName(number)}.damaged`);
    expect((await readdir(directory)).sort()).toEqual([segmentFileName(1), ...aside, ...others].sort());
  });

  it('passes over files that are none of its own', async () => {
    const directory = await directoryWith('a');
    for (const name of ['seen.journal', '1.wal', 'core', '.wal', 'x.damaged']) {
      await writeFile(join(directory, name), 'whatever');
    }
    const wal = await openTestWal(directory);
    expect(await sealedRows(wal)).toEqual(['a']);
    expect(wal.recovery).toMatchObject({ cutTails: 0, gaps: 0, quarantined: 0 });
    await wal.close();
    expect(await readdir(directory)).toHaveLength(6);
  });

  it('cuts off a torn end and counts it once', async () => {
    const directory = await directoryWith('a', 'b');
    await appendFile(pathOf(directory, 1), 'TFM1 and then the power went');
    const first = await openTestWal(directory);
    expect(first.recovery).toMatchObject({ rows: 2, cutTails: 1, cutBytes: 28, gaps: 0, quarantined: 0 });
    await first.close();
    const second = await openTestWal(directory);
    expect(second.recovery).toMatchObject({ rows: 2, cutTails: 0, cutBytes: 0 });
    await second.close();
  });

  it.each([
    ['empty', Buffer.alloc(0), 0],
    ['with a torn header', segmentHeader('text', 1).subarray(0, 9), 1],
    ['with a header torn in its layout', segmentHeader('text', 1).subarray(0, 20), 1],
    ['that is garbage', Buffer.from('not a segment at all, but long enough'), 1],
    ['of a version to come', Buffer.from(segmentHeader('text', 1)).fill(9, 4, 5), 1],
  ])('sets aside a segment %s and goes on with the others', async (_, bytes, quarantined) => {
    const directory = await directoryWith('a', 'b', 'c');
    await writeFile(pathOf(directory, 2), bytes);
    const wal = await openTestWal(directory);
    expect(await sealedRows(wal)).toEqual(['a', 'c']);
    expect(wal.recovery).toMatchObject({ quarantined, rows: 2 });
    await wal.close();
    expect(await readFile(`${pathOf(directory, 2)}.damaged`)).toEqual(bytes);
    const again = await openTestWal(directory);
    expect(again.recovery).toMatchObject({ quarantined: 0, rows: 2 });
    await again.close();
  });

  it('removes a segment that holds nothing but its header', async () => {
    const directory = await directoryWith('a');
    await writeFile(pathOf(directory, 2), segmentHeader('text', 1));
    expect(await rowsAfterReopen(directory)).toEqual(['a']);
    expect(await readdir(directory)).toEqual([segmentFileName(1)]);
  });

  it('tells of damage inside a segment and keeps what is behind it', async () => {
    const directory = await temporaryDirectory();
    const wal = await openTestWal(directory);
    for (const row of ['a', 'b', 'c']) await wal.append([walRecord(row)]);
    await wal.close();
    const bytes = await readFile(pathOf(directory, 1));
    bytes.fill('x', bytes.lastIndexOf('b'), bytes.lastIndexOf('b') + 1);
    await writeFile(pathOf(directory, 1), bytes);
    const reopened = await openTestWal(directory);
    expect(await sealedRows(reopened)).toEqual(['a', 'c']);
    expect(reopened.recovery).toMatchObject({ gaps: 1, cutTails: 0, rows: 2 });
    await reopened.close();
  });

  it('never gives the number of a segment that was set aside to another', async () => {
    const directory = await temporaryDirectory();
    for (const garbage of ['first', 'second']) {
      const wal = await openTestWal(directory);
      await wal.append([walRecord('a')]);
      await wal.seal();
      const [segment] = wal.sealed();
      if (segment) await writeFile(segment.path, garbage);
      await wal.close();
    }
    await (await openTestWal(directory)).close();
    const kept = (await readdir(directory)).map((name) => readFile(join(directory, name), 'utf8'));
    expect((await Promise.all(kept)).sort()).toEqual(['first', 'second']);
  });

  it('makes durable what a process wrote and did not live to sync: whoever asks is told from now on that it is there', async () => {
    const disk = createMemoryDisk(() => 0); // of what is not synced, nothing survives a power cut
    const wal = await openTestWal('/wal', disk.boot());
    await wal.append([walRecord('synced')]);
    disk.dieAfter(1); // the write, not the sync
    await expect(wal.append([walRecord('written')])).rejects.toThrow();
    disk.kill();
    const recovered = await openTestWal('/wal', disk.boot());
    expect(await sealedRows(recovered)).toEqual(['synced', 'written']);
    disk.cutPower();
    expect(await sealedRows(await openTestWal('/wal', disk.boot()))).toEqual(['synced', 'written']);
  });
});
