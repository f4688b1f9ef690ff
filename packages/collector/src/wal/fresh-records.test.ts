import { unlink } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { openTestWal, walRecord } from '../../../../test/fixtures/wal.js';
import { nodeFileSystem } from './file-system.js';
import type { Segment } from './segment.js';

/** What the WAL gives of a segment whose file is gone: what it has in memory. */
async function withoutFile(wal: Awaited<ReturnType<typeof openTestWal>>, segment: Segment | undefined) {
  if (!segment) throw new Error('no such segment');
  await unlink(segment.path);
  const { records } = await wal.read(segment);
  return records.map(({ rows, note }) => `${Buffer.from(rows)} ${Buffer.from(note)}`);
}

describe('the records of the last segments', () => {
  it('are there in the order of their commits, notes and all, without a look at the file', async () => {
    const wal = await openTestWal(await temporaryDirectory());
    for (const row of ['a', 'b']) await wal.append([walRecord(row, 'x'), walRecord(`${row}2`)]);
    await wal.seal();
    expect(await withoutFile(wal, wal.sealed()[0])).toEqual(['a x', 'a2 ', 'b x', 'b2 ']);
    await wal.close();
  });

  it('are what the file says, layout included', async () => {
    const directory = await temporaryDirectory();
    const wal = await openTestWal(directory);
    await wal.append([walRecord('a', 'x'), walRecord('b')]);
    await wal.close();
    const [fromMemory] = await Promise.all(wal.sealed().map((segment) => wal.read(segment)));
    const again = await openTestWal(directory);
    const [fromFile] = await Promise.all(again.sealed().map((segment) => again.read(segment)));
    await again.close();
    expect(fromFile).toMatchObject({ ...fromMemory, records: expect.anything() });
    expect(fromFile?.records.map(({ rows }) => Buffer.from(rows))).toEqual(fromMemory?.records.map(({ rows }) => rows));
  });

  it('are held of two segments that wait and no more, and of others again when those are gone', async () => {
    const wal = await openTestWal(await temporaryDirectory(), undefined, { segmentRows: 1 });
    for (const row of ['a', 'b', 'c']) await wal.append([walRecord(row)]);
    const [first, second, third] = wal.sealed();
    expect((await wal.read(third as Segment)).records).toHaveLength(1); // three were sealed; from its file
    await expect(withoutFile(wal, third)).rejects.toMatchObject({ code: 'ENOENT' });
    for (const segment of [first, second]) await wal.remove(segment as Segment);
    await wal.append([walRecord('d')]);
    expect(await withoutFile(wal, wal.sealed().at(-1))).toEqual(['d ']);
    await wal.close();
  });

  it('are nothing to go by once a write of their segment failed', async () => {
    let failing = false;
    const fileSystem = {
      ...nodeFileSystem,
      create: async (path: string) => {
        const file = await nodeFileSystem.create(path);
        return { ...file, sync: () => (failing ? Promise.reject(new Error('EIO')) : file.sync()) };
      },
    };
    const wal = await openTestWal(await temporaryDirectory(), fileSystem);
    await wal.append([walRecord('a')]);
    failing = true;
    await expect(wal.append([walRecord('refused')])).rejects.toMatchObject({ code: 'wal_write_failed' });
    const [segment] = wal.sealed();
    expect((await wal.read(segment as Segment)).records).toHaveLength(1);
    await expect(withoutFile(wal, segment)).rejects.toMatchObject({ code: 'ENOENT' });
    await wal.close();
  });
});
