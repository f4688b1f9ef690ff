import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePipe } from '../../../../test/fixtures/make-pipe.js';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { watchFileSystem } from '../../../../test/fixtures/watched-file-system.js';
import { nodeFileSystem } from '../disk/file-system.js';
import { openJournal } from './open-journal.js';

const NAME = 'seen.journal';
const bytes = (text: string) => Buffer.from(text);

async function entriesIn(directory: string): Promise<string[]> {
  const journal = await openJournal(directory, NAME, nodeFileSystem);
  await journal.close();
  return journal.takeEntries().map(String);
}

describe('a journal', () => {
  it('keeps its entries in order over a reopen', async () => {
    const directory = await temporaryDirectory();
    const journal = await openJournal(directory, NAME, nodeFileSystem);
    expect(journal.takeEntries()).toEqual([]);
    for (const text of ['a', '', 'c']) await journal.append(bytes(text));
    const size = journal.sizeBytes();
    await journal.close();
    expect((await readFile(join(directory, NAME))).length).toBe(size);
    expect(await entriesIn(directory)).toEqual(['a', '', 'c']);
  });

  it('drops a torn end, wherever it is torn, and goes on behind what was good', async () => {
    const directory = await temporaryDirectory();
    const journal = await openJournal(directory, NAME, nodeFileSystem);
    await journal.append(bytes('kept'));
    const kept = journal.sizeBytes();
    await journal.append(bytes('torn'));
    await journal.close();
    const whole = await readFile(join(directory, NAME));
    for (let length = kept; length < whole.length; length++) {
      await writeFile(join(directory, NAME), whole.subarray(0, length));
      const reopened = await openJournal(directory, NAME, nodeFileSystem);
      expect(reopened.takeEntries().map(String)).toEqual(['kept']);
      expect(reopened.damagedBytes).toBe(length - kept);
      expect(reopened.sizeBytes()).toBe(kept);
      await reopened.append(bytes('next'));
      const size = reopened.sizeBytes();
      await reopened.close();
      expect((await readFile(join(directory, NAME))).length).toBe(size); // the torn end is gone, not buried
      expect(await entriesIn(directory)).toEqual(['kept', 'next']);
    }
  });

  it('puts others in the place of all its entries, and takes more behind them', async () => {
    const directory = await temporaryDirectory();
    const journal = await openJournal(directory, NAME, nodeFileSystem);
    for (let i = 0; i < 100; i++) await journal.append(bytes(`entry ${i}`));
    await journal.compact([bytes('all'), bytes('of it')]);
    await journal.append(bytes('more'));
    const size = journal.sizeBytes();
    await journal.close();
    expect(await readdir(directory)).toEqual([NAME]);
    expect((await readFile(join(directory, NAME))).length).toBe(size);
    expect(await entriesIn(directory)).toEqual(['all', 'of it', 'more']);
  });

  it.each<[string, (path: string) => Promise<unknown>]>([
    ['a folder', (path) => mkdir(join(path, 'within'), { recursive: true })],
    ['a pipe', makePipe],
  ])('sets aside %s in its place, and begins anew', async (_, make) => {
    const directory = await temporaryDirectory();
    await make(join(directory, NAME));
    const journal = await openJournal(directory, NAME, nodeFileSystem);
    expect([journal.setAside, journal.takeEntries()]).toEqual([1, []]);
    await journal.append(bytes('a'));
    await journal.close();
    expect(await entriesIn(directory)).toEqual(['a']);
    expect((await readdir(directory)).sort()).toEqual([NAME, `${NAME}.damaged`]);
  });

  it('hands over its entries once: they are as large as the file', async () => {
    const directory = await temporaryDirectory();
    await (await openJournal(directory, NAME, nodeFileSystem)).append(bytes('a'));
    const journal = await openJournal(directory, NAME, nodeFileSystem);
    expect([journal.takeEntries().map(String), journal.takeEntries()]).toEqual([['a'], []]);
    expect(journal.setAside).toBe(0);
    await journal.close();
  });

  it('is not disturbed by what a crash in a compaction left behind', async () => {
    const directory = await temporaryDirectory();
    const journal = await openJournal(directory, NAME, nodeFileSystem);
    await journal.append(bytes('old'));
    await journal.close();
    await writeFile(join(directory, `${NAME}.new`), 'half a compaction');
    const reopened = await openJournal(directory, NAME, nodeFileSystem);
    expect(reopened.takeEntries().map(String)).toEqual(['old']);
    await reopened.compact([bytes('new')]);
    await reopened.close();
    expect(await entriesIn(directory)).toEqual(['new']);
  });

  it.each(['create', 'append', 'sync', 'rename', 'syncDirectory', 'close'] as const)(
    'loses nothing when %s fails during a compaction',
    async (operation) => {
      const directory = await temporaryDirectory();
      const fileSystem = watchFileSystem();
      const journal = await openJournal(directory, NAME, fileSystem);
      await journal.append(bytes('a'));
      fileSystem.fail(operation);
      await expect(journal.compact([bytes('a')])).rejects.toThrow('told to fail');
      await journal.append(bytes('b'));
      expect(await entriesIn(directory)).toEqual(['a', 'b']);
      await journal.compact([bytes('ab')]);
      await journal.append(bytes('c'));
      await journal.close();
      expect(await entriesIn(directory)).toEqual(['ab', 'c']);
    },
  );

  it('keeps what follows an append that broke off', async () => {
    const directory = await temporaryDirectory();
    const fileSystem = watchFileSystem();
    const journal = await openJournal(directory, NAME, fileSystem);
    await journal.append(bytes('a'));
    fileSystem.shortWrite(14);
    await expect(journal.append(bytes('broken off'))).rejects.toThrow('ENOSPC');
    await journal.append(bytes('b'));
    await journal.close();
    expect(await entriesIn(directory)).toEqual(['a', 'b']);
  });

  it('goes on by a new descriptor after a failed write or fsync, without what may have been left behind', async () => {
    for (const operation of ['append', 'sync'] as const) {
      const directory = await temporaryDirectory();
      const fileSystem = watchFileSystem();
      const journal = await openJournal(directory, NAME, fileSystem);
      await journal.append(bytes('a'));
      fileSystem.fail(operation);
      await expect(journal.append(bytes('refused'))).rejects.toThrow('EIO');
      expect(fileSystem.counts.close).toBe(0);
      await journal.append(bytes('b'));
      expect(fileSystem.counts).toMatchObject({ close: 1, truncate: 1 });
      await journal.close();
      expect(await entriesIn(directory)).toEqual(['a', 'b']);
    }
  });

  it('takes no entry after a compaction before its name is durable', async () => {
    const directory = await temporaryDirectory();
    const fileSystem = watchFileSystem();
    const journal = await openJournal(directory, NAME, fileSystem);
    await journal.append(bytes('a'));
    fileSystem.fail('syncDirectory', 1, 2);
    await expect(journal.compact([bytes('a')])).rejects.toThrow('EIO');
    await expect(journal.append(bytes('b'))).rejects.toThrow('EIO');
    await journal.append(bytes('c'));
    await journal.close();
    expect(await entriesIn(directory)).toEqual(['a', 'c']);
  });
});
