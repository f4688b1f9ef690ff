import { readdir } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { openTestWal, rowsAfterReopen, sealedRows, walRecord } from '../../../../test/fixtures/wal.js';
import { watchFileSystem } from '../../../../test/fixtures/watched-file-system.js';

const names = (count: number) => Array.from({ length: count }, (_, index) => `row ${index}`);

describe('the WAL', () => {
  it('makes what many append at once durable together, in order, with few syncs', async () => {
    const directory = await temporaryDirectory();
    const fileSystem = watchFileSystem();
    const wal = await openTestWal(directory, fileSystem);
    const rows = names(1_000);
    await Promise.all(rows.map((row) => wal.append([walRecord(row)])));
    expect(fileSystem.counts.sync).toBe(1);
    expect(wal.openRows()).toBe(1_000);
    expect(wal.pendingBytes()).toBe(0);
    expect(await rowsAfterReopen(directory)).toEqual(rows); // as if killed now: nobody closed it
    await wal.close();
  });

  it('collects in the next commit what comes while one is under way', async () => {
    const directory = await temporaryDirectory();
    const fileSystem = watchFileSystem();
    const wal = await openTestWal(directory, fileSystem);
    let letGo = () => {};
    fileSystem.holdSync(new Promise<void>((resolve) => (letGo = resolve)));
    const first = wal.append([walRecord('first')]);
    await expect.poll(() => fileSystem.counts.sync).toBe(1);
    const rest = names(100).map((row) => wal.append([walRecord(row)]));
    expect(wal.pendingBytes()).toBeGreaterThan(1_000);
    letGo();
    await Promise.all([first, ...rest]);
    expect(fileSystem.counts.sync).toBe(2);
    await wal.close();
    expect(await sealedRows(wal)).toEqual(['first', ...names(100)]);
  });

  it('spreads over several commits what is too much for one, and takes a single append that is', async () => {
    const directory = await temporaryDirectory();
    const fileSystem = watchFileSystem();
    const wal = await openTestWal(directory, fileSystem, { commitBytes: 200 });
    const rows = [...names(50), 'x'.repeat(1_000), 'last'];
    await Promise.all(rows.map((row) => wal.append([walRecord(row)])));
    expect(fileSystem.counts.sync).toBeGreaterThan(5);
    expect(wal.pendingBytes()).toBe(0);
    expect(await rowsAfterReopen(directory)).toEqual(rows);
    await wal.close();
  });

  it('acknowledges nothing before its sync has come back', async () => {
    const directory = await temporaryDirectory();
    const fileSystem = watchFileSystem();
    const wal = await openTestWal(directory, fileSystem);
    let letGo = () => {};
    fileSystem.holdSync(new Promise<void>((resolve) => (letGo = resolve)));
    let acknowledged = false;
    const append = wal.append([walRecord('row')]).then(() => (acknowledged = true));
    await expect.poll(() => fileSystem.counts.sync).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(acknowledged).toBe(false);
    letGo();
    await append;
    await wal.close();
  });

  it.each([
    ['rows', { segmentRows: 3 }],
    ['bytes', { segmentBytes: 100 }],
  ])('begins a new segment when one is full by %s', async (_, bounds) => {
    const directory = await temporaryDirectory();
    const wal = await openTestWal(directory, undefined, bounds);
    for (const row of names(7)) await wal.append([walRecord(row)]);
    expect(wal.sealed().length).toBeGreaterThanOrEqual(2);
    const numbers = wal.sealed().map((segment) => segment.number);
    expect(numbers).toEqual([...numbers].sort((a, b) => a - b));
    await wal.close();
    expect(await rowsAfterReopen(directory)).toEqual(names(7));
  });

  it('seals under load without waiting for a pause', async () => {
    const directory = await temporaryDirectory();
    const wal = await openTestWal(directory, undefined, { lingerMs: 0 });
    let running = true;
    let count = 0;
    const load = Array.from({ length: 8 }, async () => {
      while (running) await wal.append([walRecord(`row ${count++}`)]);
    });
    await expect.poll(() => wal.openRows()).toBeGreaterThan(0);
    for (let i = 0; i < 20; i++) await wal.seal();
    running = false;
    await Promise.all(load);
    await wal.close();
    expect(wal.sealed().length).toBeGreaterThan(5);
    expect((await rowsAfterReopen(directory)).length).toBe(count);
  });

  it('seals what was just appended, and nothing twice', async () => {
    const directory = await temporaryDirectory();
    const wal = await openTestWal(directory);
    await wal.seal();
    await wal.append([walRecord('a')]);
    await wal.seal();
    expect(wal.sealed()).toHaveLength(1);
    await wal.seal();
    expect(wal.sealed()).toHaveLength(1);
    await wal.append([walRecord('b')]);
    await wal.barrier();
    expect(wal.openRows()).toBe(1); // an old wish to seal does not cut up what comes later
    await wal.close();
  });

  it('removes a segment for good', async () => {
    const directory = await temporaryDirectory();
    const wal = await openTestWal(directory, undefined, { segmentRows: 1 });
    await wal.append([walRecord('a')]);
    await wal.append([walRecord('b')]);
    const [first] = wal.sealed();
    if (first) await wal.remove(first);
    expect(await sealedRows(wal)).toEqual(['b']);
    await wal.close();
    expect(await rowsAfterReopen(directory)).toEqual(['b']);
  });

  it('makes durable on close what was still waiting, and takes nothing more', async () => {
    const directory = await temporaryDirectory();
    const wal = await openTestWal(directory, undefined, { lingerMs: 60_000 });
    const waiting = wal.append([walRecord('late')]);
    await wal.close();
    await waiting;
    await expect(wal.append([walRecord('too late')])).rejects.toMatchObject({ code: 'wal_closed' });
    expect(await rowsAfterReopen(directory)).toEqual(['late']);
  });

  it('goes on behind what an earlier process left, in new segments', async () => {
    const directory = await temporaryDirectory();
    for (const row of ['a', 'b', 'c']) {
      const wal = await openTestWal(directory);
      await wal.append([walRecord(row)]);
      await wal.close();
    }
    expect(await rowsAfterReopen(directory)).toEqual(['a', 'b', 'c']);
    expect(await readdir(directory)).toHaveLength(3);
  });

  it('waits at the barrier for everything appended before, in the commit under way and in the next', async () => {
    const directory = await temporaryDirectory();
    const fileSystem = watchFileSystem();
    const wal = await openTestWal(directory, fileSystem);
    await wal.barrier(); // nothing to wait for
    let letGo = () => {};
    fileSystem.holdSync(new Promise<void>((resolve) => (letGo = resolve)));
    const order: string[] = [];
    const first = wal.append([walRecord('first')]).then(() => order.push('first'));
    await expect.poll(() => fileSystem.counts.sync).toBe(1);
    const early = wal.barrier().then(() => order.push('barrier'));
    letGo();
    await Promise.all([first, early]);
    expect(order).toEqual(['first', 'barrier']);
    const second = wal.append([walRecord('second')]).then(() => order.push('second'));
    await Promise.all([second, wal.barrier().then(() => order.push('barrier'))]);
    expect(order.slice(2)).toEqual(['second', 'barrier']);
    await wal.close();
  });
});
