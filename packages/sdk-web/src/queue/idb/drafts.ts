import type { StoredText } from '../stored-text.js';
import { committed, type Stored } from './database.js';
import { free, heldBy, hold } from './held.js';

/**
 * Drafts lie among the events, so that each has its number before its page comes to its end: then there is no time left to
 * wait for one.
 */
export interface Drafts<T extends StoredText> {
  /** Writes a draft down as it is now, unless its first writing is still under way. */
  save(id: string, transaction: IDBTransaction, stored: Stored<T>): void;
  /** @returns the number that the final event takes; undefined when the draft has none yet, and then will get none. */
  take(id: string): number | undefined;
  /** Frees those that neither this page keeps nor another. @returns how many. */
  promote(transact: () => IDBTransaction, living: () => Promise<ReadonlySet<string>>): Promise<number>;
}

/** @param found - numbers of those on the disk; this page's own among them when it opens its database anew. */
export function createDrafts<T extends StoredText>(found: ReadonlyMap<string, readonly number[]>): Drafts<T> {
  /** Of this page: their numbers, or the request that is to give one; 0 for one that was taken, or undone. */
  const drafts = new Map<string, number | IDBRequest<number>>();
  const get = (id: string) => drafts.get(id) ?? found.get(id)?.[0];
  return {
    save(id, transaction, stored) {
      const events = transaction.objectStore('events');
      const seq = get(id);
      if (typeof seq === 'object') return;
      const writing = (seq ? events.put(stored, seq) : events.add(stored)) as IDBRequest<number>; // the keys of that store
      drafts.set(id, seq || writing);
      // Of one that has its number, too: a tab that did not hear of this page may have freed it. A new one not before the end of
      // the view before it is written: where that came to nothing, its draft would be free, and sent beside the end.
      writing.onsuccess = () => hold(transaction, 'd', id, [writing.result], !seq);
      committed(transaction).then(
        () => drafts.get(id) === writing && drafts.set(id, writing.result),
        () => drafts.get(id) === writing && drafts.set(id, 0),
      );
    },
    take(id) {
      const draft = get(id);
      drafts.set(id, 0);
      if (typeof draft !== 'object') return draft || undefined;
      try {
        draft.transaction?.abort();
      } catch {
        // Too late: it is being committed; or it was undone by the browser, and others are given the number that it had.
        if (!draft.transaction?.error) return draft.result;
      }
      return undefined;
    },
    async promote(transact, living) {
      const all = await heldBy(transact(), 'd');
      const kept = await living();
      const left = all.filter(([id]) => !kept.has(id) && !drafts.has(id));
      const transaction = transact();
      for (const [id] of left) free(transaction, 'd', id);
      await committed(transaction);
      return left.length;
    },
  };
}
