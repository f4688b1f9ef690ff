import { appendFile, mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { createTokenSync } from './sync-tokens.js';

/** A data directory with tables that note tokens, one that does not, and what was synced since it was last asked. */
async function openTables(...tables: readonly string[]) {
  const directory = await temporaryDirectory();
  const folderOf = (table: string) => join(directory, 'store', table.slice(0, 3), table, 'deduplication_logs');
  await mkdir(join(directory, 'store', 'zzz', 'zzz-without'), { recursive: true });
  for (const table of tables) {
    await mkdir(folderOf(table), { recursive: true });
    await writeFile(join(folderOf(table), 'log_1.txt'), 'token\n');
  }
  let paths: string[] = [];
  let failing = '';
  const sync = createTokenSync(directory, async (path) => {
    if (failing && path.includes(failing)) throw new Error('EIO');
    paths.push(path.slice(join(directory, 'store').length + 5));
  });
  return {
    folderOf,
    fail(table: string) {
      failing = table;
    },
    async synced() {
      paths = [];
      await sync();
      return paths.sort();
    },
  };
}

const both = (table: string, log = 'log_1.txt') => [
  `${table}/deduplication_logs`,
  `${table}/deduplication_logs/${log}`,
];

describe('the tokens of loads', () => {
  it('are all synced the first time, with the names of their files', async () => {
    const { synced } = await openTables('aaa-events', 'bbb-sessions');
    expect(await synced()).toEqual([...both('aaa-events'), ...both('bbb-sessions')]);
    expect(await synced()).toEqual([]);
  });

  it('are synced again where one was added', async () => {
    const { synced, folderOf } = await openTables('aaa-events', 'bbb-sessions');
    await synced();
    await appendFile(join(folderOf('bbb-sessions'), 'log_1.txt'), 'token\n');
    expect(await synced()).toEqual(['bbb-sessions/deduplication_logs/log_1.txt']);
  });

  it('are synced with their new file when a table begins one, and its old one is forgotten', async () => {
    const { synced, folderOf } = await openTables('aaa-events');
    await synced();
    await writeFile(join(folderOf('aaa-events'), 'log_2.txt'), 'token\n');
    expect(await synced()).toEqual(both('aaa-events', 'log_2.txt'));
    await rm(join(folderOf('aaa-events'), 'log_1.txt'));
    expect(await synced()).toEqual(['aaa-events/deduplication_logs']);
  });

  it('of a new table are found', async () => {
    const { synced, folderOf } = await openTables('aaa-events');
    await synced();
    await mkdir(folderOf('ccc-goals'), { recursive: true });
    await writeFile(join(folderOf('ccc-goals'), 'log_1.txt'), 'token\n');
    expect(await synced()).toEqual(both('ccc-goals'));
  });

  it('that could not be synced are tried again, whatever has changed since', async () => {
    const { synced, folderOf, fail } = await openTables('aaa-events', 'bbb-sessions');
    await synced();
    await appendFile(join(folderOf('aaa-events'), 'log_1.txt'), 'token\n');
    fail('aaa-events');
    await expect(synced()).rejects.toThrow('EIO');
    fail('');
    expect(await synced()).toEqual(['aaa-events/deduplication_logs/log_1.txt']);
  });

  it('are synced for real where there are some, and none are missed where there is no table yet', async () => {
    const directory = await temporaryDirectory();
    const sync = createTokenSync(directory);
    await sync();
    await mkdir(join(directory, 'store', 'aaa', 'aaa-events', 'deduplication_logs'), { recursive: true });
    await writeFile(join(directory, 'store', 'aaa', 'aaa-events', 'deduplication_logs', 'log_1.txt'), 'token\n');
    await expect(sync()).resolves.toBeUndefined();
  });
});
