import type { StoredText } from '../stored-text.js';
import { entries, result } from './database.js';

/** Contexts by number, so that events which share one do not each carry it. */
export interface Contexts<T extends StoredText> {
  /** Writes a context with the transaction, unless it was written of late. @returns its number. */
  put(transaction: IDBTransaction, json: T, now: number): number;
  get(transaction: IDBTransaction, id: number): Promise<T | undefined>;
}

/** As it lies on the disk since version 2; in version 1 it was the text alone. */
interface Kept<T extends StoredText> {
  readonly j: T;
  /** When it was last written, epoch milliseconds. */
  readonly t: number;
}

/** One that this page writes. */
interface Known {
  readonly id: number;
  /** When it was last written, epoch milliseconds. */
  writtenAt: number;
  /** The transaction that writes it. */
  writing?: IDBTransaction;
}

/** What is in use is written again so often... */
const RENEW_MS = 86_400_000;
/** ...so that what is older than this belongs to no event: none waits longer than seven days. */
const KEEP_MS = 9 * RENEW_MS;

export function createContexts<T extends StoredText>(): Contexts<T> {
  const ids = new Map<T, Known>();
  const texts = new Map<number, T>();
  let next = Math.floor(Math.random() * 2 ** 52); // tabs that open in the same moment must not meet

  return {
    put(transaction, json, now) {
      const known = ids.get(json) ?? { id: next++, writtenAt: 0 };
      ids.set(json, known);
      texts.set(known.id, json);
      if (Math.abs(now - known.writtenAt) >= RENEW_MS && known.writing !== transaction) {
        transaction.objectStore('contexts').put({ j: json, t: now } satisfies Kept<T>, known.id);
        known.writing = transaction;
        transaction.addEventListener('complete', () => {
          known.writtenAt = now;
        });
      }
      return known.id;
    },
    async get(transaction, id) {
      const found =
        texts.get(id) ?? (await result<T | Kept<T> | undefined>(transaction.objectStore('contexts').get(id)));
      const json = typeof found === 'object' && 'j' in found ? found.j : found;
      if (json !== undefined) texts.set(id, json);
      return json;
    },
  };
}

/** Deletes those that no event can need any more. */
export async function forgetOldContexts(transaction: IDBTransaction, now: number): Promise<void> {
  const store = transaction.objectStore('contexts');
  const isEmpty = (await result(transaction.objectStore('events').count())) === 0;
  for (const [id, kept] of await entries<number, StoredText | Kept<StoredText>>(store, null)) {
    const isOld = typeof kept === 'object' && 't' in kept ? kept.t < now - KEEP_MS : isEmpty;
    if (isOld) store.delete(id);
  }
}
