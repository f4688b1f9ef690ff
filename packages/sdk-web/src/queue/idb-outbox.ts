import { uuidV7 } from '@tidemark/protocol';
import { type DBSchema, type IDBPDatabase, type IDBPTransaction, openDB } from 'idb';
import { newId } from '../browser/random-uuid.js';
import type { Durability, NewEvent, Outbox, QueuedEvent } from './outbox.js';

/*
 * The only file that knows the shape of the database.
 * Version 1: `events` by an ever-growing key, which is the event's `seq`; `contexts` by a number; `meta` by name:
 * `queueId`, `sentSeq` (the last one that may have left the device), and the id of each write of late.
 */
const VERSION = 1;
const STORES = ['events', 'contexts', 'meta'] as const;
/** A tab that lost its database asks after its last writes within seconds; a day is for one that slept. */
const KEEP_WRITES_MS = 86_400_000;

interface Schema extends DBSchema {
  events: { key: number; value: { readonly c: number; readonly j: string } };
  contexts: { key: number; value: string };
  meta: { key: string; value: string };
}

type Database = IDBPDatabase<Schema>;
type Transaction = IDBPTransaction<Schema, typeof STORES, 'readwrite'>;

/** The events of one transaction. Its id is stored with them, so that one can ask later whether they are. */
export interface Write {
  readonly id: string;
  readonly events: readonly NewEvent[];
}

/** What an outbox leaves to its successor when its database stops working. */
export interface Lost {
  /** Writes of which nobody knows whether they were committed. */
  readonly unsettled: readonly Write[];
  /** Whether it ever wrote anything. */
  readonly hasWritten: boolean;
}

export interface IdbOutboxOptions {
  readonly name: string;
  readonly now: () => number;
  /** What an earlier connection left behind. */
  readonly unsettled: readonly Write[];
  /** The database stopped working: deleted under us, closed by the browser, full. Told once; the outbox is dead then. */
  readonly onLost: (lost: Lost) => void;
}

export interface IdbOutbox {
  readonly outbox: Outbox;
  /** Those of the unsettled events that never reached the disk. */
  readonly unstored: readonly NewEvent[];
}

/**
 * Opens the queue on disk. Tabs share it: IndexedDB numbers the events of all of them without gaps.
 *
 * @throws when the database cannot be opened; the caller goes on in memory.
 */
export async function openIdbOutbox(options: IdbOutboxOptions): Promise<IdbOutbox> {
  let lose: () => void = () => undefined;
  const database = await openDB<Schema>(options.name, VERSION, {
    upgrade(db) {
      db.createObjectStore('events', { autoIncrement: true });
      db.createObjectStore('contexts');
      db.createObjectStore('meta');
    },
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close(); // somebody deletes it, or a newer SDK upgrades it: do not stand in the way
      lose();
    },
    terminated: () => lose(),
  });
  try {
    const { queueId, unstored } = await readMeta(database, options);
    const opened = createIdbOutbox(database, queueId, options);
    lose = opened.lose;
    return { outbox: opened.outbox, unstored };
  } catch (error) {
    database.close();
    throw error;
  }
}

function createIdbOutbox(
  database: Database,
  queueId: string,
  { now, onLost }: IdbOutboxOptions,
): { readonly outbox: Outbox; readonly lose: () => void } {
  const contextIds = new Map<string, number>();
  const contexts = new Map<number, string>();
  let nextContextId = Math.floor(Math.random() * 2 ** 52); // tabs that open in the same moment must not meet
  let open: { readonly durability: Durability; readonly add: (event: NewEvent) => void } | undefined;
  const unsettled = new Set<Write>();
  let settledIds: string[] = [];
  let hasWritten = false;
  let lost = false;

  function lose(): void {
    if (lost) return;
    lost = true;
    database.close(); // what is under way still comes to its end, and before anything of the next connection
    onLost({ unsettled: [...unsettled], hasWritten });
  }

  function contextId(json: string): number {
    let id = contextIds.get(json);
    if (id === undefined) {
      id = nextContextId++;
      contextIds.set(json, id);
      contexts.set(id, json);
    }
    return id;
  }

  /** One transaction for all that is added in this task; committed at its end without waiting for the event loop. */
  function openWrite(durability: Durability): (event: NewEvent) => void {
    const transaction = begin(database, durability);
    const meta = transaction.objectStore('meta');
    const events: NewEvent[] = [];
    const write: Write = { id: newId(now()), events };
    const written = new Set<number>();
    unsettled.add(write);
    void meta.put('', write.id).catch(leaveToDone);
    for (const id of settledIds) void meta.delete(id).catch(leaveToDone); // nobody will ask after those any more
    settledIds = [];
    transaction.done.then(() => {
      hasWritten = true;
      unsettled.delete(write);
      settledIds.push(write.id);
    }, lose);
    queueMicrotask(() => {
      open = undefined;
      try {
        transaction.commit();
      } catch {
        // it committed or aborted by itself: `done` tells which
      }
    });
    return (event) => {
      const c = contextId(event.contextJson);
      // The context goes with each transaction: whoever emptied the queue meanwhile may have deleted it.
      if (!written.has(c)) void transaction.objectStore('contexts').put(event.contextJson, c).catch(leaveToDone);
      written.add(c);
      void transaction.objectStore('events').add({ c, j: event.json }).catch(leaveToDone);
      events.push(event);
    };
  }

  async function read(count: number): Promise<QueuedEvent[]> {
    const transaction = database.transaction(['events', 'contexts']);
    transaction.done.catch(leaveToDone);
    const events = transaction.objectStore('events');
    const [seqs, values] = await Promise.all([events.getAllKeys(null, count), events.getAll(null, count)]);
    for (const id of new Set(values.map(({ c }) => c))) {
      const context = contexts.get(id) ?? (await transaction.objectStore('contexts').get(id));
      if (context !== undefined) contexts.set(id, context);
    }
    const queued: QueuedEvent[] = [];
    for (const [index, { c, j }] of values.entries()) {
      const seq = seqs[index];
      const contextJson = contexts.get(c);
      if (seq !== undefined && contextJson !== undefined) queued.push({ seq, json: j, contextJson });
    }
    return queued;
  }

  /**
   * Forces to the disk what is about to leave the device. A power cut may undo a relaxed commit; its numbers would be
   * given out again, and the collector would take the new events for copies of those it has.
   */
  async function seal({ seq }: QueuedEvent): Promise<void> {
    const transaction = begin(database, 'strict');
    void transaction.objectStore('meta').put(String(seq), 'sentSeq').catch(leaveToDone);
    await transaction.done.catch(leaveToDone); // a disk too full for this must still be emptied
  }

  async function remove(seqs: readonly number[]): Promise<void> {
    const transaction = begin(database, 'relaxed');
    const events = transaction.objectStore('events');
    for (const seq of seqs) void events.delete(seq).catch(leaveToDone);
    if ((await events.count()) === 0) void transaction.objectStore('contexts').clear().catch(leaveToDone);
    await transaction.done;
  }

  async function countEvents(): Promise<number> {
    const transaction = database.transaction('events');
    transaction.done.catch(leaveToDone);
    return await transaction.store.count();
  }

  /** For reads and deletes: some browsers tell in no other way that the database is gone. */
  async function orLose<T>(work: Promise<T>): Promise<T> {
    try {
      return await work;
    } catch (error) {
      lose();
      throw error;
    }
  }

  const outbox: Outbox = {
    queueId,
    storage: 'indexeddb',
    add(event, durability) {
      try {
        if (open?.durability !== durability) open = { durability, add: openWrite(durability) };
        open.add(event);
      } catch {
        unsettled.add({ id: newId(now()), events: [event] }); // a write that never began, and will not be found
        lose();
      }
    },
    async peek(count) {
      const queued = await orLose(read(count));
      const last = queued.at(-1);
      if (last) await orLose(seal(last));
      return queued;
    },
    delete: (seqs) => orLose(remove(seqs)),
    count: () => orLose(countEvents()),
    close() {
      lost = true; // on purpose: it is not to be opened again
      database.close();
    },
  };
  return { outbox, lose };
}

/** Where it fails, `done` rejects; who does not wait for that must not make an unhandled rejection of it in the page. */
function begin(database: Database, durability: Durability): Transaction {
  const transaction = database.transaction(STORES, 'readwrite', { durability });
  transaction.done.catch(leaveToDone);
  return transaction;
}

function leaveToDone(): void {
  // a request that failed fails its transaction, and that is where it is handled
}

/** Waits for all writes of earlier connections, so that what it says of the unsettled ones stays true. */
async function readMeta(
  database: Database,
  { now, unsettled }: IdbOutboxOptions,
): Promise<{ readonly queueId: string; readonly unstored: readonly NewEvent[] }> {
  const transaction = begin(database, 'relaxed');
  const meta = transaction.objectStore('meta');
  const known = await meta.get('queueId');
  const queueId = known ?? newId(now());
  if (known === undefined) await meta.put(queueId, 'queueId');
  const found = await Promise.all(unsettled.map(({ id }) => meta.getKey(id)));
  const old = uuidV7(Math.max(0, Math.floor(now()) - KEEP_WRITES_MS), new Uint8Array(10));
  await meta.delete(IDBKeyRange.upperBound(old)); // ids of writes only: the other names sort after every hex digit
  await transaction.done;
  return {
    queueId,
    unstored: unsettled.filter((_, index) => found[index] === undefined).flatMap((write) => write.events),
  };
}
