import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { installFaultyIndexedDb } from '../../../../../test/fixtures/faulty-indexed-db.js';
import { openDatabase } from './database.js';
import { takeLease } from './lease.js';

const T = 1_800_000_000_000;

describe('takeLease', () => {
  let tabs: readonly [IDBDatabase, IDBDatabase];
  beforeEach(async () => {
    const database = installFaultyIndexedDb();
    tabs = [await openDatabase('q'), await openDatabase('q')];
    onTestFinished(() => {
      for (const tab of tabs) tab.close();
      database.restore();
    });
  });
  const take = (tab: 0 | 1, until: number, now: number) => takeLease(tabs[tab], { holder: `tab ${tab}`, until }, now);

  it('gives it to one of two that ask at once, who may renew it and give it back', async () => {
    expect(await Promise.all([take(0, T + 4_000, T), take(1, T + 4_000, T)])).toEqual([true, false]);
    expect(await take(0, T + 5_000, T + 1_500)).toBe(true);
    expect(await take(1, 0, T + 2_000)).toBe(false); // is not its own to give
    expect(await take(1, T + 6_000, T + 2_000)).toBe(false);
    expect(await take(0, 0, T + 2_500)).toBe(true);
    expect(await take(1, T + 6_500, T + 2_500)).toBe(true);
  });

  it('lets a dead holder be followed when its time is over', async () => {
    await take(0, T + 4_000, T);
    expect(await take(1, T + 7_999, T + 3_999)).toBe(false);
    expect(await take(1, T + 8_500, T + 4_500)).toBe(true);
  });

  it('does not wait for a lease of a clock that was set back since', async () => {
    await take(0, T + 4_000, T);
    expect(await take(1, T - 56_000, T - 60_000)).toBe(true);
  });
});
