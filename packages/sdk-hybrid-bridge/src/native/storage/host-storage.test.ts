import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nodeFiles } from '../../../../../test/fixtures/node-files.js';
import { temporaryDirectory } from '../../../../../test/fixtures/temporary-directory.js';
import { type AsyncStorageLike, openAsyncStorage } from './async-storage.js';
import { type FileAccess, openFileStorage } from './file-storage.js';
import type { HostStorage } from './host-storage.js';
import { createMemoryStorage } from './memory-storage.js';
import { createMmkvStorage, type MmkvLike } from './mmkv-storage.js';
import { openSqliteStorage, type SqliteLike } from './sqlite-storage.js';

/** Opens the storage; again, what an earlier one left. */
type Reopen = () => Promise<HostStorage>;

function fakeMmkv(): MmkvLike {
  const values = new Map<string, string>();
  return {
    getString: (key) => values.get(key),
    set: (key, value) => void values.set(key, value),
    delete: (key) => void values.delete(key),
    getAllKeys: () => [...values.keys()].reverse(),
  };
}

function fakeAsyncStorage(): AsyncStorageLike {
  const values = new Map<string, string>();
  return {
    getItem: async (key) => values.get(key) ?? null,
    setItem: async (key, value) => void values.set(key, value),
    getAllKeys: async () => [...values.keys()].reverse(),
    multiGet: async (keys) => keys.map((key) => [key, values.get(key) ?? null] as const),
    multiSet: async (pairs) => pairs.forEach(([key, value]) => void values.set(key, value)),
    multiRemove: async (keys) => keys.forEach((key) => void values.delete(key)),
  };
}

/** What SQLite does with the statements of the adapter. */
function fakeSqlite(): SqliteLike {
  const records = new Map<number, string>();
  const texts = new Map<string, string>();
  let lastKey = 0;
  return {
    execAsync: async () => undefined,
    async runAsync(sql, params) {
      if (sql.startsWith('INSERT INTO')) for (const text of JSON.parse(String(params[0]))) records.set(++lastKey, text);
      else if (sql.startsWith('DELETE')) for (const key of params) records.delete(Number(key));
      else texts.set(String(params[0]), String(params[1]));
    },
    async getAllAsync<Row>(sql: string, [first = 0, second = 0]: (string | number)[]) {
      const rows = sql.includes('tidemark_texts')
        ? [...texts].filter(([name]) => name === first).map(([, text]) => ({ text }))
        : [...records].filter(([key]) => key >= Number(first)).slice(0, Number(second));
      return rows.map((row) => (Array.isArray(row) ? { key: row[0], text: row[1] } : row)) as Row[]; // as the adapter asks
    },
  };
}

const kinds: Readonly<Record<string, () => Promise<Reopen>>> = {
  async memory() {
    const storage = createMemoryStorage();
    return async () => storage;
  },
  async file() {
    const files = nodeFiles(await temporaryDirectory());
    return () => openFileStorage(files, { deadCharsMax: 50 });
  },
  async mmkv() {
    const mmkv = fakeMmkv();
    return async () => createMmkvStorage(mmkv);
  },
  async async() {
    const store = fakeAsyncStorage();
    return () => openAsyncStorage(store);
  },
  async sqlite() {
    const database = fakeSqlite();
    return () => openSqliteStorage(database);
  },
};

const all = async (storage: HostStorage) => (await storage.read(0, 1_000)).map(({ text }) => text);

describe.for(Object.keys(kinds))('a storage in %s', (kind) => {
  const open = async (): Promise<Reopen> => (await kinds[kind]?.()) ?? expect.fail(kind);

  it('gives records back in their order, from a key on, as many as asked for', async () => {
    const storage = await (await open())();
    await storage.append(['a', 'b']);
    await storage.append(['c "quoted" 海港 🌊 \ud83c \n\u0000']);
    expect(await all(storage)).toEqual(['a', 'b', 'c "quoted" 海港 🌊 \ud83c \n\u0000']);
    const [first, second] = await storage.read(0, 2);
    expect(second?.key).toBeGreaterThan(first?.key ?? 0);
    expect((await storage.read(second?.key ?? 0, 1)).map(({ text }) => text)).toEqual(['b']);
  });

  it('does what a plain list would do, over being opened again', { timeout: 30_000 }, async () => {
    const reopen = await open();
    const command = fc.oneof(
      fc.record({ add: fc.array(fc.string({ maxLength: 8 }), { minLength: 1, maxLength: 4 }) }),
      fc.record({ remove: fc.nat(5) }),
      fc.record({ name: fc.constantFrom('x', 'y'), text: fc.string({ maxLength: 8 }) }),
      fc.constant({ reopen: true as const }),
    );
    const [commands = []] = fc.sample(fc.array(command, { minLength: 150, maxLength: 150, size: 'max' }), {
      numRuns: 1,
      seed: 7,
    });
    let storage = await reopen();
    let expected: string[] = [];
    const texts = new Map<string, string>();
    let highest = 0;
    for (const one of commands) {
      if ('reopen' in one) storage = await reopen();
      else if ('add' in one) {
        await storage.append(one.add);
        expected.push(...one.add);
      } else if ('remove' in one) {
        await storage.remove((await storage.read(0, one.remove)).map(({ key }) => key));
        expected = expected.slice(one.remove);
      } else {
        await storage.setText(one.name, one.text);
        texts.set(one.name, one.text);
      }
      const records = await storage.read(0, 1_000);
      expect(records.map(({ text }) => text)).toEqual(expected);
      for (const { key } of records.slice(0, -1)) expect(key).toBeLessThan(records.at(-1)?.key ?? 0);
      highest = Math.max(highest, expected.length);
      for (const name of ['x', 'y']) expect(await storage.getText(name)).toBe(texts.get(name));
    }
    expect(highest).toBeGreaterThan(5); // else the test says little
  });
});

/** Files in memory: for what takes thousands of writes. */
function memoryFiles(): FileAccess & { log: string } {
  const files = {
    log: '',
    read: async () => files.log,
    async append(_name: string, text: string) {
      files.log += text;
    },
    async replace(_name: string, text: string) {
      files.log = text;
    },
  };
  return files;
}

describe('openFileStorage', () => {
  const LOG = 'tidemark-host.log';

  it('loses, of a log that was cut anywhere, no more than the write that was cut', async () => {
    const files = memoryFiles();
    const storage = await openFileStorage(files);
    const lengths: number[] = [];
    for (const text of ['one', 'two 海', 'three']) {
      await storage.append([text, `${text}!`]);
      lengths.push(files.log.length);
    }
    const whole = files.log;
    for (let length = 0; length <= whole.length; length++) {
      files.log = whole.slice(0, length);
      const cut = await openFileStorage(files);
      const writes = lengths.filter((end) => end <= length).length;
      expect(await all(cut), `cut at ${length}`).toHaveLength(2 * writes);
      await cut.append(['after']); // the torn end is no part of what comes next
      expect((await all(await openFileStorage(files))).at(-1)).toBe('after');
      expect(await all(await openFileStorage(files))).toHaveLength(2 * writes + 1);
    }
  });

  it('passes over a line that went bad, and counts it', async () => {
    const directory = await temporaryDirectory();
    const files = nodeFiles(directory);
    const storage = await openFileStorage(files);
    for (const text of ['one', 'two', 'three']) await storage.append([text]);
    const log = await readFile(join(directory, LOG), 'utf8');
    await writeFile(join(directory, LOG), log.replace('two', 'twO'));
    const damaged = await openFileStorage(files);
    expect([await all(damaged), damaged.damaged]).toEqual([['one', 'three'], 1]);
  });

  it('writes the log anew when it is mostly dead, and gives no key twice', async () => {
    const files = memoryFiles();
    const storage = await openFileStorage(files, { deadCharsMax: 1_000 });
    await storage.append(['kept']);
    let lastKey = 0;
    for (let round = 0; round < 200; round++) {
      await storage.append([`dead ${round}`]);
      const key = (await storage.read(0, 10)).at(-1)?.key ?? 0;
      expect(key).toBeGreaterThan(lastKey);
      lastKey = key;
      await storage.remove([key]);
    }
    expect(files.log.length).toBeLessThan(1_500);
    const again = await openFileStorage(files);
    expect(await all(again)).toEqual(['kept']);
    await again.append(['next']);
    expect((await again.read(0, 10)).at(-1)?.key).toBeGreaterThan(lastKey);
  });

  it('is not written anew again and again while it grows, whatever its characters', async () => {
    const real = memoryFiles();
    let rewrites = 0;
    const files: FileAccess = {
      ...real,
      replace(name, text) {
        rewrites++;
        return real.replace(name, text);
      },
    };
    const storage = await openFileStorage(files, { deadCharsMax: 1_000 });
    for (let i = 0; i < 200; i++) await storage.append(['海港'.repeat(50)]);
    expect(rewrites).toBeLessThanOrEqual(8); // as often as it doubles
  });

  it('keeps nothing of a write that failed halfway, nor lets it spoil the next', async () => {
    const real = nodeFiles(await temporaryDirectory());
    let isFull = false;
    const files: FileAccess = {
      ...real,
      async append(name, text) {
        if (!isFull) return real.append(name, text);
        await real.append(name, text.slice(0, text.length / 2));
        throw new Error('no space left on the device');
      },
      replace: (name, text) => (isFull ? Promise.reject(new Error('no space')) : real.replace(name, text)),
    };
    const storage = await openFileStorage(files);
    await storage.append(['one']);
    isFull = true;
    await expect(storage.append(['two'])).rejects.toThrow('no space');
    await expect(storage.append(['two'])).rejects.toThrow('no space');
    expect(await all(storage)).toEqual(['one']);
    isFull = false;
    await storage.append(['three']);
    expect(await all(storage)).toEqual(['one', 'three']);
    expect(await all(await openFileStorage(files))).toEqual(['one', 'three']);
  });
});
