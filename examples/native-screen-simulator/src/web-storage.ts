import { createMmkvStorage, type HostStorage } from '@tidemark/sdk-hybrid-bridge/native';

/**
 * The host's queue in the browser's storage: what MMKV is to an app.
 *
 * @param onAppend - what the host holds from now on.
 */
export function createWebStorage(store: Storage, onAppend: (text: string) => void): HostStorage {
  const storage = createMmkvStorage({
    getString: (key) => store.getItem(key) ?? undefined,
    set: (key, value) => store.setItem(key, value), // throws when it is full, and the host tells the page
    delete: (key) => store.removeItem(key),
    getAllKeys: () => Object.keys(store),
  });
  return {
    ...storage,
    async append(texts) {
      await storage.append(texts);
      for (const text of texts) onAppend(text);
    },
  };
}
