import { type DBSchema, type IDBPDatabase, openDB } from 'idb';
import { newId } from '../browser/random-uuid.js';
import type { Durability, NewEvent, Outbox, QueuedEvent } from './outbox.js';

/*
 * The only file that knows the shape of the database.
 * Version 1: `events` by an ever-growing key, which is the event's `seq`; `contexts` by a number; `meta` by name.
 */
const VERSION = 1;

interface Schema extends DBSchema {
  events: { key: number; value: { readonly c: number; readonly j: string } };
  contexts: { key: number; value: string };
  meta: { key: string; value: string };
}

export interface IdbOutboxOptions {
  readonly name: string;
  readonly now: () => number;
  /** An open database that stopped working: deleted under us, or closed by the browser. */
  readonly onLost: (unstored: readonly NewEvent[]) => void;
}

interface Write {
  readonly add: (event: NewEvent) => void;
}

/**
 * Opens the queue on disk. Tabs share it: IndexedDB numbers the events of all of them without gaps.
 *
 * @throws when the database cannot be opened; the caller goes on in memory.
 */
export async function openIdbOutbox(options: IdbOutboxOptions): Promise<Outbox> {
  const database = await openDB<Schema>(options.name, VERSION, {
    upgrade(db) {
      db.createObjectStore('events', { autoIncrement: true });
      db.createObjectStore('contexts');
      db.createObjectStore('meta');
    },
    blocking(_current, _blocked, event) {
      (event.target as IDBDatabase).close(); // a newer SDK in another tab wants to upgrade: do not stand in its way
    },
    terminated: () => lose([]),
  });
  database.addEventListener('close', () => lose([]));
  const queueId = await readQueueId(database, options.now);
  const contextIds = new Map<string, number>();
  const contexts = new Map<number, string>();
  let nextContextId = Math.floor(options.now() * 1_000 + Math.random() * 1_000);
  let write: { readonly durability: Durability; readonly to: Write } | undefined;
  let lost = false;

  function lose(unstored: readonly NewEvent[]): void {
    if (lost) return;
    lost = true;
    options.onLost(unstored);
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
  function openWrite(durability: Durability): Write {
    const transaction = database.transaction(['events', 'contexts'], 'readwrite', { durability });
    const unstored: NewEvent[] = [];
    const written = new Set<number>();
    transaction.done.catch(() => lose(unstored));
    queueMicrotask(() => {
      write = undefined;
      try {
        transaction.commit();
      } catch {
        // it committed or aborted by itself: `done` tells which
      }
    });
    return {
      add(event) {
        const c = contextId(event.contextJson);
        unstored.push(event);
        // The context goes with each transaction: whoever emptied the queue meanwhile may have deleted it.
        if (!written.has(c)) void transaction.objectStore('contexts').put(event.contextJson, c).catch(leaveToDone);
        written.add(c);
        void transaction.objectStore('events').add({ c, j: event.json }).catch(leaveToDone);
      },
    };
  }

  async function contextJson(id: number): Promise<string | undefined> {
    const known = contexts.get(id) ?? (await database.get('contexts', id));
    if (known !== undefined) contexts.set(id, known);
    return known;
  }

  return {
    queueId,
    storage: 'indexeddb',
    add(event, durability) {
      if (!write || write.durability !== durability) write = { durability, to: openWrite(durability) };
      write.to.add(event);
    },
    async peek(count) {
      const transaction = database.transaction('events');
      const [seqs, values] = await Promise.all([
        transaction.store.getAllKeys(null, count),
        transaction.store.getAll(null, count),
      ]);
      const queued: QueuedEvent[] = [];
      for (const [index, seq] of seqs.entries()) {
        const value = values[index];
        const context = value && (await contextJson(value.c));
        if (value && context !== undefined) queued.push({ seq, json: value.j, contextJson: context });
      }
      return queued;
    },
    async delete(seqs) {
      const transaction = database.transaction(['events', 'contexts'], 'readwrite', { durability: 'relaxed' });
      const events = transaction.objectStore('events');
      for (const seq of seqs) void events.delete(seq).catch(leaveToDone);
      if ((await events.count()) === 0) void transaction.objectStore('contexts').clear().catch(leaveToDone);
      await transaction.done;
    },
    count: () => database.count('events'),
    close: () => database.close(),
  };
}

function leaveToDone(): void {
  // a request that failed fails its transaction, and that is where it is handled
}

async function readQueueId(database: IDBPDatabase<Schema>, now: () => number): Promise<string> {
  const transaction = database.transaction('meta', 'readwrite');
  const known = await transaction.store.get('queueId');
  const queueId = known ?? newId(now());
  if (known === undefined) await transaction.store.put(queueId, 'queueId');
  await transaction.done;
  return queueId;
}
