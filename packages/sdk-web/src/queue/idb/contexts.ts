import type { StoredText } from '../stored-text.js';
import { entries, result } from './database.js';

/** Contexts by number, so that events which share one do not each carry it. */
export interface Contexts<T extends StoredText> {
  /** Writes a context with the transaction, unless it was written of late. @returns its number. */
  put(transaction: IDBTransaction, json: T): number;
  get(transaction: IDBTransaction, id: number): Promise<T | undefined>;
}

/** As it lies on the disk since version 2; in version 1 it was the text alone. */
interface Kept<T extends StoredText> {
  readonly j: T;
  /** When it was last written, epoch milliseconds. */
  readonly t: number;
}

/** What is in use is written again so often... */
const RENEW_MS = 86_400_000;
/** ...so that what is older than this belongs to no event: none waits longer than seven days. */
const KEEP_MS = 9 * RENEW_MS;

export function createContexts<T extends StoredText>(now: () => number): Contexts<T> {
  const ids = new Map<T, number>();
  const known = new Map<number, T>();
  const written = new Map<number, IDBTransaction | number>();
  let next = Math.floor(Math.random() * 2 ** 52); // tabs that open in the same moment must not meet

  /** Whether it was written, or is being written before the given transaction. */
  function isWritten(id: number): boolean {
    const at = written.get(id);
    return typeof at === 'number' && Math.abs(now() - at) < RENEW_MS;
  }

  return {
    put(transaction, json) {
      const id = ids.get(json) ?? next++;
      ids.set(json, id);
      known.set(id, json);
      if (!isWritten(id) && written.get(id) !== transaction) {
        const kept: Kept<T> = { j: json, t: now() };
        transaction.objectStore('contexts').put(kept, id);
        written.set(id, transaction);
        transaction.addEventListener('complete', () => written.set(id, kept.t));
      }
      return id;
    },
    async get(transaction, id) {
      const found =
        known.get(id) ?? (await result<T | Kept<T> | undefined>(transaction.objectStore('contexts').get(id)));
      const json = typeof found === 'object' && 'j' in found ? found.j : found;
      if (json !== undefined) known.set(id, json);
      return json;
    },
  };
}

/** Deletes those that no event can need any more. */
export async function forgetOldContexts(transaction: IDBTransaction, now: number): Promise<void> {
  const store = transaction.objectStore('contexts');
  const isEmpty = (await result(transaction.objectStore('events').count())) === 0;
  for (const [id, kept] of await entries<StoredText | Kept<StoredText>>(store, null)) {
    const isOld = typeof kept === 'object' && 't' in kept ? kept.t < now - KEEP_MS : isEmpty;
    if (isOld) store.delete(id);
  }
}
