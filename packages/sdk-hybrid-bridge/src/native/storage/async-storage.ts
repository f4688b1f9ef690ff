import type { HostStorage } from './host-storage.js';

/** The part of `@react-native-async-storage/async-storage` that is used. */
export interface AsyncStorageLike {
  getItem(key: string): Promise<string | null>;
  setItem(key: string, value: string): Promise<void>;
  getAllKeys(): Promise<readonly string[]>;
  multiGet(keys: readonly string[]): Promise<readonly (readonly [string, string | null])[]>;
  multiSet(pairs: [string, string][]): Promise<void>;
  multiRemove(keys: readonly string[]): Promise<void>;
}

const RECORD = 'tidemark.record.';
const TEXT = 'tidemark.text.';

/**
 * A queue in AsyncStorage, one entry a record. On Android it holds 6 MB unless the app says otherwise; a queue that is full
 * is told to the pages, which keep their events.
 *
 * @example openHost({ storage: await openAsyncStorage(AsyncStorage), ... })
 */
export async function openAsyncStorage(storage: AsyncStorageLike): Promise<HostStorage> {
  const names = await storage.getAllKeys();
  let keys = names
    .filter((name) => name.startsWith(RECORD))
    .map((name) => Number(name.slice(RECORD.length)))
    .sort((a, b) => a - b);
  let lastKey = keys.at(-1) ?? 0;
  return {
    async append(texts) {
      const from = lastKey + 1;
      lastKey += texts.length; // before it is written: what failed halfway must not lie under the key of another
      await storage.multiSet(texts.map((text, index) => [`${RECORD}${from + index}`, text]));
      keys.push(...texts.map((_, index) => from + index));
    },
    async read(from, limit) {
      const wanted = keys.filter((key) => key >= from).slice(0, limit);
      const pairs = await storage.multiGet(wanted.map((key) => `${RECORD}${key}`));
      const byName = new Map(pairs);
      return wanted.map((key) => ({ key, text: byName.get(`${RECORD}${key}`) ?? '' }));
    },
    async remove(gone) {
      await storage.multiRemove(gone.map((key) => `${RECORD}${key}`));
      const isGone = new Set(gone);
      keys = keys.filter((key) => !isGone.has(key));
    },
    getText: async (name) => (await storage.getItem(TEXT + name)) ?? undefined,
    setText: (name, text) => storage.setItem(TEXT + name, text),
  };
}
