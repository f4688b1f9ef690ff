import { cp, readdir } from 'node:fs/promises';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { openTestWal, rowsAfterReopen, sealedRows, walRecord } from '../../../../test/fixtures/wal.js';
import { type FileOperation, watchFileSystem } from '../../../../test/fixtures/watched-file-system.js';
import type { Wal } from './open-wal.js';

const REFUSED = { code: 'wal_write_failed' };

/** A sync that waits until the test lets it go, with one commit held in it. */
async function holdCommit(row: string) {
  const directory = await temporaryDirectory();
  const fileSystem = watchFileSystem();
  const wal = await openTestWal(directory, fileSystem);
  let letGo = () => {};
  let breakOff = () => {};
  fileSystem.holdSync(
    new Promise<void>((resolve, reject) => {
      letGo = resolve;
      breakOff = () => reject(new Error('EIO'));
    }),
  );
  const held = wal.append([walRecord(row)]);
  await expect.poll(() => fileSystem.counts.sync).toBe(1);
  /** The commit that is held fails; those after it succeed. */
  const failHeld = () => {
    breakOff();
    fileSystem.holdSync(Promise.resolve());
  };
  return { directory, fileSystem, wal, held, letGo, failHeld };
}

describe('the WAL on a failing disk', () => {
  it.each(['create', 'append', 'syncDirectory', 'sync'] as const)(
    'refuses all of a commit whose %s fails, and takes the next',
    async (operation) => {
      const directory = await temporaryDirectory();
      const fileSystem = watchFileSystem();
      const wal = await openTestWal(directory, fileSystem);
      fileSystem.fail(operation);
      const outcomes = await Promise.allSettled(['a', 'b'].map((row) => wal.append([walRecord(row)])));
      for (const outcome of outcomes) expect(outcome).toMatchObject({ status: 'rejected', reason: REFUSED });
      expect(wal.pendingBytes()).toBe(0);
      await wal.append([walRecord('c')]);
      await wal.close();
      expect(await sealedRows(wal)).toEqual(['c']);
      expect(await rowsAfterReopen(directory)).toEqual(['c']);
    },
  );

  it.each([
    ['a failing write', 'append'],
    ['a failing sync', 'sync'],
  ] as const)('keeps what was acknowledged before %s, and goes on in a new segment', async (_, operation) => {
    const directory = await temporaryDirectory();
    const fileSystem = watchFileSystem();
    const wal = await openTestWal(directory, fileSystem);
    await wal.append([walRecord('a')]);
    fileSystem.fail(operation);
    await expect(wal.append([walRecord('refused')])).rejects.toMatchObject(REFUSED);
    await wal.append([walRecord('b')]);
    expect(await sealedRows(wal)).toEqual(['a']);
    await wal.close();
    expect(await rowsAfterReopen(directory)).toEqual(['a', 'b']);
  });

  it('cuts off a write that broke off, at every length', async () => {
    for (let length = 0; length < 32; length++) {
      const directory = await temporaryDirectory();
      const fileSystem = watchFileSystem();
      const wal = await openTestWal(directory, fileSystem);
      await wal.append([walRecord('a')]);
      fileSystem.shortWrite(length);
      await expect(wal.append([walRecord('refused')])).rejects.toMatchObject(REFUSED);
      await wal.append([walRecord('b')]);
      await wal.close();
      const reopened = await openTestWal(directory);
      expect(reopened.recovery).toMatchObject({ rows: 2, cutTails: 0, gaps: 0, quarantined: 0 });
      await reopened.close();
    }
  });

  it('never loads what it refused, even when the tail cannot be cut off', async () => {
    const directory = await temporaryDirectory();
    const fileSystem = watchFileSystem();
    const wal = await openTestWal(directory, fileSystem);
    await wal.append([walRecord('a')]);
    fileSystem.fail('sync');
    fileSystem.fail('truncate');
    await expect(wal.append([walRecord('refused')])).rejects.toMatchObject(REFUSED);
    expect(await sealedRows(wal)).toEqual(['a']);
    await wal.close();
  });

  it.each([
    ['a segment that cannot be removed', 'remove', []],
    ['a tail that cannot be cut off', 'truncate', ['a']],
  ] as const)('acknowledges nothing while %s holds what it refused', async (_, operation, before) => {
    const directory = await temporaryDirectory();
    const fileSystem = watchFileSystem();
    const wal = await openTestWal(directory, fileSystem);
    for (const row of before) await wal.append([walRecord(row)]);
    fileSystem.fail('sync');
    fileSystem.fail(operation, 1, 2);
    await expect(wal.append([walRecord('b')])).rejects.toMatchObject(REFUSED);
    await expect(wal.append([walRecord('b')])).rejects.toMatchObject(REFUSED); // sent again
    await wal.append([walRecord('b')]); // and again: a process that finds both would have it twice
    expect(await rowsAfterCrash(directory)).toEqual([...before, 'b']);
    await wal.close();
    expect(await sealedRows(wal)).toEqual([...before, 'b']);
  });

  it('gives no segment to be loaded whose refused tail could come back: it would be another load then', async () => {
    const fileSystem = watchFileSystem();
    const wal = await openTestWal(await temporaryDirectory(), fileSystem);
    await wal.append([walRecord('a')]);
    fileSystem.fail('sync', 1, 2); // of the commit, and of the cut
    await expect(wal.append([walRecord('b')])).rejects.toMatchObject(REFUSED);
    fileSystem.fail('sync');
    await expect(sealedRows(wal)).rejects.toThrow('EIO');
    expect(await sealedRows(wal)).toEqual(['a']);
    await wal.close();
  });

  it('leaves no files behind while the disk refuses one write after another', async () => {
    const directory = await temporaryDirectory();
    const fileSystem = watchFileSystem();
    const wal = await openTestWal(directory, fileSystem);
    fileSystem.fail('append', 1, 25);
    fileSystem.fail('sync', 1, 25);
    for (let i = 0; i < 50; i++) await expect(wal.append([walRecord('refused')])).rejects.toMatchObject(REFUSED);
    expect(await readdir(directory)).toEqual([]);
    await wal.append([walRecord('a')]);
    await wal.close();
    expect(await rowsAfterReopen(directory)).toEqual(['a']);
  });

  it('takes nothing back when only closing a sealed segment fails', async () => {
    const directory = await temporaryDirectory();
    const fileSystem = watchFileSystem();
    const wal = await openTestWal(directory, fileSystem, { segmentRows: 1 });
    fileSystem.fail('close');
    const append = wal.append([walRecord('a')]);
    const barrier = wal.barrier();
    await Promise.all([append, barrier]);
    expect(wal.pendingBytes()).toBe(0);
    expect(await sealedRows(wal)).toEqual(['a']);
    await wal.close();
  });

  it('fails a barrier with the commit under way that it waits for', async () => {
    const { wal, held, failHeld } = await holdCommit('a');
    const barrier = wal.barrier();
    failHeld();
    await expect(held).rejects.toMatchObject(REFUSED);
    await expect(barrier).rejects.toMatchObject(REFUSED);
    await wal.barrier(); // what failed is over
    await wal.close();
  });

  it('fails with a commit all that waits behind it: what a barrier stands for may be among them', async () => {
    const { wal, held, failHeld } = await holdCommit('a');
    const next = wal.append([walRecord('b')]);
    const barrier = wal.barrier();
    failHeld();
    await expect(held).rejects.toMatchObject(REFUSED);
    await expect(barrier).rejects.toMatchObject(REFUSED);
    await expect(next).rejects.toMatchObject(REFUSED);
    await wal.append([walRecord('b')]); // sent again
    await wal.close();
    expect(await sealedRows(wal)).toEqual(['b']);
  });

  it('ends a seal whose commit fails', async () => {
    const { wal, held, failHeld } = await holdCommit('a');
    const seal = wal.seal();
    failHeld();
    await expect(held).rejects.toMatchObject(REFUSED);
    await seal;
    expect(wal.sealed()).toEqual([]);
    await wal.append([walRecord('b')]);
    expect(wal.sealed()).toEqual([]); // the wish died with the segment it was for
    await wal.close();
  });

  it('keeps every acknowledged row and no refused one, whatever fails and when', async () => {
    const fault = fc.record({
      operation: fc.constantFrom<FileOperation>('create', 'append', 'sync', 'syncDirectory', 'close'),
      from: fc.integer({ min: 1, max: 12 }),
      times: fc.integer({ min: 1, max: 4 }),
    });
    const step = fc.oneof(
      { weight: 6, arbitrary: fc.integer({ min: 1, max: 4 }).map((appends) => ({ kind: 'append' as const, appends })) },
      { weight: 1, arbitrary: fc.constant({ kind: 'seal' as const }) },
      { weight: 1, arbitrary: fc.integer({ min: 0, max: 40 }).map((bytes) => ({ kind: 'short' as const, bytes })) },
    );
    await fc.assert(
      fc.asyncProperty(fc.array(fault, { maxLength: 4 }), fc.array(step, { maxLength: 12 }), async (faults, steps) => {
        const directory = await temporaryDirectory();
        const fileSystem = watchFileSystem();
        const wal = await openTestWal(directory, fileSystem, { lingerMs: 0, segmentRows: 5 });
        for (const { operation, from, times } of faults) fileSystem.fail(operation, from, times);
        const acknowledged: string[] = [];
        let next = 0;
        for (const action of steps) {
          if (action.kind === 'seal') await wal.seal();
          else if (action.kind === 'short') fileSystem.shortWrite(action.bytes);
          else {
            const rows = Array.from({ length: action.appends }, () => `row ${next++}`);
            const outcomes = await Promise.allSettled(rows.map((row) => wal.append([walRecord(row)])));
            acknowledged.push(...rows.filter((_, index) => outcomes[index]?.status === 'fulfilled'));
          }
        }
        expect(wal.pendingBytes()).toBe(0);
        expect(await rowsAfterCrash(directory)).toEqual(acknowledged);
        await wal.close();
        expect(await sealedRowsInTheEnd(wal)).toEqual(acknowledged);
      }),
      { numRuns: 150 },
    );
  }, 30_000); // real files: other work on the machine slows it many times over
});

/** As the loader does it: again and again, for the faults are numbered. */
async function sealedRowsInTheEnd(wal: Wal): Promise<string[]> {
  for (let left = 20; left > 0; left--) {
    const rows = await sealedRows(wal).catch(() => undefined);
    if (rows) return rows;
  }
  throw new Error('the disk went on failing');
}

/** Read without cleaning up, so that the first owner can go on. */
async function rowsAfterCrash(directory: string): Promise<string[]> {
  const copy = await temporaryDirectory();
  await cp(directory, copy, { recursive: true });
  return rowsAfterReopen(copy);
}
