import type { StoredText } from '../stored-text.js';
import { result, type Stored, written } from './database.js';
import { free, hold } from './held.js';

/*
 * Urgent events are found among thousands by their numbers, which are noted once more: behind their own write, for that is to
 * be on the disk before all else. What is gone is forgotten when somebody looks for it.
 */

/** What is not noted, of a page that was killed for example, is sent in its turn. */
export function noteUrgent(database: IDBDatabase, adds: readonly IDBRequest<number>[]): void {
  written(database, (transaction) => {
    for (const { result: seq } of adds) hold(transaction, 'u', `${seq}`, [-seq]);
  }).catch(() => undefined);
}

/** The oldest that are free. @param held - all that is held. */
export async function urgentEvents<T extends StoredText>(
  transaction: IDBTransaction,
  held: ReadonlySet<unknown>,
  count: number,
): Promise<(readonly [seq: number, stored: Stored<T>])[]> {
  const noted = [...held].map((each) => -Number(each)).filter((seq) => seq > 0 && !held.has(seq));
  const found: (readonly [number, Stored<T>])[] = [];
  for (const seq of noted.sort((a, b) => a - b)) {
    if (found.length === count) break;
    const stored = await result<Stored<T> | undefined>(transaction.objectStore('events').get(seq));
    if (stored) found.push([seq, stored]);
    else free(transaction, 'u', `${seq}`);
  }
  return found;
}
