import type { HostStorage } from './host-storage.js';

/** A storage that ends with the process: for tests, and for an app that must leave nothing on the device. */
export function createMemoryStorage(): HostStorage {
  const records = new Map<number, string>();
  const texts = new Map<string, string>();
  let lastKey = 0;
  return {
    async append(added) {
      for (const text of added) records.set(++lastKey, text);
    },
    async read(from, limit) {
      const found: { key: number; text: string }[] = [];
      for (const [key, text] of records) {
        if (found.length === limit) break;
        if (key >= from) found.push({ key, text });
      }
      return found;
    },
    async remove(keys) {
      for (const key of keys) records.delete(key);
    },
    getText: async (name) => texts.get(name),
    async setText(name, text) {
      texts.set(name, text);
    },
  };
}
