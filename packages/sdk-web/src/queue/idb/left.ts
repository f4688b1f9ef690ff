import { begin, entries, LEFT, STORES, written } from './database.js';
import { hold } from './held.js';

/*
 * A browser undoes what a page has begun when the page is gone, what waits for other transactions above all. So a page at its
 * end writes its last claim where no other transaction is, and whoever looks for open claims next puts it to the others.
 */

/** @throws where the connection was closed. */
export function leaveClaim(database: IDBDatabase, batchId: string, seqs: readonly number[]): void {
  const transaction = begin(database, 'strict', [LEFT]);
  transaction.objectStore(LEFT).put(seqs, batchId);
  transaction.commit?.(); // some browsers have none
}

/** Work in a transaction in which all claims that were left are held. */
export function withLeft<R>(database: IDBDatabase, work: (transaction: IDBTransaction) => Promise<R>): Promise<R> {
  return written(
    database,
    async (transaction) => {
      const store = transaction.objectStore(LEFT);
      for (const [batchId, seqs] of await entries<string, readonly number[]>(store, null)) {
        hold(transaction, 'c', batchId, seqs);
        store.delete(batchId);
      }
      return work(transaction);
    },
    [...STORES, LEFT],
  );
}
