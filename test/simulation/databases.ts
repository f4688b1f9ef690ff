import 'fake-indexeddb/auto';
import { IDBFactory } from 'fake-indexeddb';
import type { Random } from '../../benchmarks/src/load/random.js';

/** The databases of all devices of one world, by name. */
export interface Databases {
  /** Its page is gone: what was under way is aborted, or comes to its end without the page. */
  cut(name: string): void;
  restore(): void;
}

/** Puts empty ones in place of the global IndexedDB. */
export function installDatabases(random: Random): Databases {
  globalThis.indexedDB = new IDBFactory();
  const underWay = new Map<string, Set<IDBTransaction>>();
  const { transaction } = IDBDatabase.prototype;
  IDBDatabase.prototype.transaction = function (stores, mode, options) {
    const begun = transaction.call(this, stores, mode, options);
    const all = underWay.get(this.name) ?? new Set();
    underWay.set(this.name, all.add(begun));
    const end = () => all.delete(begun);
    begun.addEventListener('complete', end);
    begun.addEventListener('abort', end);
    return begun;
  };
  return {
    cut(name) {
      for (const begun of [...(underWay.get(name) ?? [])]) {
        if (random() < 0.5) continue;
        try {
          begun.abort();
        } catch {
          // it is committing already
        }
      }
    },
    restore() {
      IDBDatabase.prototype.transaction = transaction;
    },
  };
}
