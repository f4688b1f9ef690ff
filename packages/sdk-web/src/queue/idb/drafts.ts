import type { GivenNumber } from '../outbox.js';
import type { StoredText } from '../stored-text.js';
import { committed, type Stored } from './database.js';
import { free, heldBy, hold } from './held.js';

/**
 * Drafts of this page, whichever connection wrote them. They lie among the events, so that each has its number before its page
 * comes to its end: then there is no time left to wait for one.
 */
export interface Drafts {
  /** Writes a draft down as it is now, unless its first writing is still under way. @param onCommitted - the transaction. */
  save(
    id: string,
    transaction: IDBTransaction,
    stored: Stored<StoredText>,
    queueId: string,
    onCommitted: () => void,
  ): void;
  /** @returns the number that the final event takes; undefined when the draft has none yet, and then will get none. */
  take(id: string): GivenNumber | undefined;
  /** Frees those that neither this page keeps nor another. @returns how many. */
  promote(transact: () => IDBTransaction, living: () => Promise<ReadonlySet<string>>): Promise<number>;
}

interface Draft {
  readonly queueId: string;
  /** The request that is to give one, until it has; undefined when that was undone. */
  seq: number | IDBRequest<number> | undefined;
}

export function createDrafts(): Drafts {
  /** Undefined for one that was taken. */
  const drafts = new Map<string, Draft | undefined>();
  return {
    save(id, transaction, stored, queueId, onCommitted) {
      const events = transaction.objectStore('events');
      const known = drafts.get(id);
      const seq = known?.queueId === queueId ? known.seq : undefined;
      if (typeof seq === 'object') return;
      const writing = (seq ? events.put(stored, seq) : events.add(stored)) as IDBRequest<number>; // the keys of that store
      const draft: Draft = { queueId, seq: seq ?? writing };
      drafts.set(id, draft);
      // Of one that has its number, too: a tab that did not hear of this page may have freed it.
      writing.onsuccess = () => hold(transaction, 'd', id, [writing.result]);
      committed(transaction).then(
        () => {
          draft.seq = writing.result;
          onCommitted();
        },
        () => {
          draft.seq = seq;
        },
      );
    },
    take(id) {
      const { queueId, seq } = drafts.get(id) ?? { queueId: '' };
      drafts.set(id, undefined);
      if (typeof seq !== 'object') return seq ? { queueId, seq } : undefined;
      try {
        seq.transaction?.abort();
      } catch {
        // Too late: it is being committed; or it was undone by the browser, and others are given the number that it had.
        if (!seq.transaction?.error) return { queueId, seq: seq.result, isPending: true };
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
