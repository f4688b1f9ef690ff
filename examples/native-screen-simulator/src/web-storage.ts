import type { HostStorage } from '@tidemark/sdk-hybrid-bridge/native';

const RECORD = 'native.record.';
const TEXT = 'native.text.';

/**
 * The host's queue in the browser's storage: what a file or SQLite is to an app. One entry a record, so that adding one does
 * not write all.
 *
 * @param onAppend - what the host holds from now on.
 */
export function createWebStorage(store: Storage, onAppend: (text: string) => void): HostStorage {
  let keys = Object.keys(store)
    .filter((name) => name.startsWith(RECORD))
    .map((name) => Number(name.slice(RECORD.length)))
    .sort((a, b) => a - b);
  let lastKey = keys.at(-1) ?? 0;
  return {
    async append(texts) {
      for (const text of texts) {
        store.setItem(`${RECORD}${++lastKey}`, text); // throws when it is full, and the host tells the page
        keys.push(lastKey);
        onAppend(text);
      }
    },
    async read(from, limit) {
      const wanted = keys.filter((key) => key >= from).slice(0, limit);
      return wanted.map((key) => ({ key, text: store.getItem(`${RECORD}${key}`) ?? '' }));
    },
    async remove(gone) {
      for (const key of gone) store.removeItem(`${RECORD}${key}`);
      const isGone = new Set(gone);
      keys = keys.filter((key) => !isGone.has(key));
    },
    getText: async (name) => store.getItem(TEXT + name) ?? undefined,
    async setText(name, text) {
      store.setItem(TEXT + name, text);
    },
  };
}
