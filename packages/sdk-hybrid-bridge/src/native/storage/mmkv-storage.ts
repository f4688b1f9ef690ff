import type { HostStorage } from './host-storage.js';

/** The part of react-native-mmkv that is used. */
export interface MmkvLike {
  getString(key: string): string | undefined;
  set(key: string, value: string): void;
  delete(key: string): void;
  getAllKeys(): string[];
}

const RECORD = 'tidemark.record.';
const TEXT = 'tidemark.text.';

/**
 * A queue in MMKV. Its file is mapped into memory: what is set survives the end of the process at once, and a loss of power
 * as soon as the system has written it.
 *
 * @example openHost({ storage: createMmkvStorage(new MMKV({ id: 'tidemark' })), ... })
 */
export function createMmkvStorage(mmkv: MmkvLike): HostStorage {
  let keys = mmkv
    .getAllKeys()
    .filter((name) => name.startsWith(RECORD))
    .map((name) => Number(name.slice(RECORD.length)))
    .sort((a, b) => a - b);
  let lastKey = keys.at(-1) ?? 0;
  return {
    async append(texts) {
      for (const text of texts) {
        mmkv.set(`${RECORD}${lastKey + 1}`, text);
        keys.push(++lastKey);
      }
    },
    async read(from, limit) {
      const wanted = keys.filter((key) => key >= from).slice(0, limit);
      return wanted.map((key) => ({ key, text: mmkv.getString(`${RECORD}${key}`) ?? '' }));
    },
    async remove(gone) {
      for (const key of gone) mmkv.delete(`${RECORD}${key}`);
      const isGone = new Set(gone);
      keys = keys.filter((key) => !isGone.has(key));
    },
    getText: async (name) => mmkv.getString(TEXT + name),
    async setText(name, text) {
      mmkv.set(TEXT + name, text);
    },
  };
}
