import type { StoredText } from '../stored-text.js';

/*
 * The only file that knows the shape of the database.
 * Version 1: `events` by an ever-growing key, which is the event's `seq`; `contexts` by a number; `meta` by name:
 * `queueId`, and by their times the writes whose events were settled of late.
 * Version 2: `contexts` know when they were last written; `events` may have a priority; `held`: numbers that are not free to
 * be sent or evicted, by `c` and the batch that carries them or by `d` and the draft that they are, and by `c` also whole
 * claims of queues in memory; `meta` may hold the lease on sending.
 * Version 3: `held` also says what is urgent, by `u` and as a number below zero; in version 2 that was an index of `events`, for
 * which a browser reads each event once more that it writes. `left`: claims of pages at their end, by the batch, until
 * somebody looks for open ones.
 */
const VERSION = 3;
export const STORES = ['events', 'contexts', 'meta', 'held'];
/** Not among the others: a page at its end cannot wait for their transactions. */
export const LEFT = 'left';

/** An event as it lies on the disk. */
export interface Stored<T extends StoredText> {
  /** Id of its context. */
  readonly c: number;
  /** JSON without `seq`. */
  readonly j: T;
  /** When it was written, epoch milliseconds; absent in version 1. */
  readonly t?: number;
  /** Id of the write that brought it; absent in records of earlier releases. */
  w?: number;
  /** 0 urgent, 2 bulk; absent for most. */
  p?: number;
}

/** Of a record's `p`. */
export const URGENT = 0;
export const BULK = 2;

export function openDatabase(name: string): Promise<IDBDatabase> {
  const opening = indexedDB.open(name, VERSION);
  opening.onupgradeneeded = ({ oldVersion }) => {
    const { result: database, transaction } = opening;
    if (oldVersion < 1) {
      database.createObjectStore('events', { autoIncrement: true });
      database.createObjectStore('contexts');
      database.createObjectStore('meta');
    }
    if (oldVersion < 2) database.createObjectStore('held');
    else transaction?.objectStore('events').deleteIndex('byPriority'); // what is urgent by it is sent in its turn
    database.createObjectStore(LEFT);
  };
  return result(opening).then((database) => {
    database.onversionchange = () => database.close(); // do not stand in the way
    return database;
  });
}

/** Whoever has it open is told, and closes; an SDK that does not is in the way until its page goes. */
export function deleteDatabase(name: string): Promise<void> {
  return new Promise((done) => {
    const end = () => done();
    try {
      const deletion = indexedDB.deleteDatabase(name);
      deletion.onsuccess = deletion.onerror = deletion.onblocked = end;
    } catch {
      end(); // there is no database to delete
    }
  });
}

/**
 * A transaction over all stores but `left`, or over those that are named. A request that failed fails its transaction, and that
 * is where it is handled.
 *
 * @param durability - of one that writes; `strict` forces it to the disk: a power cut must not undo it.
 */
export function begin(
  database: IDBDatabase,
  durability?: 'strict' | 'relaxed',
  stores: readonly string[] = STORES,
): IDBTransaction {
  return database.transaction(stores, durability ? 'readwrite' : 'readonly', { durability });
}

/** The outcome of one request. */
export function result<R>(request: IDBRequest<R>): Promise<R> {
  return new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
}

/** The end of a transaction; asked for once. */
export function committed(transaction: IDBTransaction): Promise<void> {
  return new Promise((resolve, reject) => {
    transaction.oncomplete = () => resolve();
    transaction.onabort = () => reject(transaction.error);
  });
}

/** Work in a relaxed transaction of its own, to the end of both. */
export async function written<R>(
  database: IDBDatabase,
  work: (transaction: IDBTransaction) => R | Promise<R>,
  stores?: readonly string[],
): Promise<R> {
  const transaction = begin(database, 'relaxed', stores);
  const [done] = await Promise.all([work(transaction), committed(transaction)]);
  return done;
}

/** Keys and values of a store, or of the part of it that the query names; mostly there are none. */
export async function entries<K extends IDBValidKey, V>(
  source: IDBObjectStore | IDBIndex,
  query: IDBKeyRange | number | null,
  count?: number,
): Promise<(readonly [key: K, value: V])[]> {
  const keys = await result(source.getAllKeys(query, count));
  const values = keys.length > 0 ? await result(source.getAll(query, count)) : [];
  return keys.map((key, index) => [key as K, values[index]] as const); // what this SDK put there; both by one query
}
