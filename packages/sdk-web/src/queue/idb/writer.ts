import type { FreshEvents } from '../fresh-events.js';
import type { Added, NewEvent, QueuedEvent } from '../outbox.js';
import type { StoredText } from '../stored-text.js';
import type { Contexts } from './contexts.js';
import { BULK, begin, type Stored, URGENT } from './database.js';
import type { Drafts } from './drafts.js';
import { storedBytes } from './evict.js';
import { free } from './held.js';

/** The events of one transaction. Its id lies with each of them, so that one can ask later whether they were stored. */
export interface Write<T extends StoredText = string> {
  readonly id: number;
  readonly events: readonly Added<T>[];
}

/** What an outbox leaves to its successor when its database stops working. */
export interface Lost<T extends StoredText = string> {
  /** Writes of which nobody knows whether they were committed. */
  readonly unsettled: readonly Write<T>[];
  /** Whether it ever wrote anything. */
  readonly hasWritten: boolean;
}

export interface WriterOptions<T extends StoredText> {
  readonly database: IDBDatabase;
  readonly now: () => number;
  readonly contexts: Contexts<T>;
  readonly drafts: Drafts;
  readonly queueId: string;
  readonly fresh: FreshEvents<T>;
  /** So many more bytes will be on the disk. @returns what is to be done then. */
  readonly onWriting: (bytes: number) => (() => void) | undefined;
  readonly onFailed: () => void;
}

/** Writes what is added in one task in one transaction, and knows which of them came to their end. */
export interface Writer<T extends StoredText> {
  /** Written at the end of the task: a page that hangs in it would have lost an open transaction as well. */
  add(event: Added<T>): void;
  saveDraft(id: string, event: NewEvent<T>): void;
  /** Writes what was added so far: for whoever reads next. */
  flush(): void;
  /** They were found on the disk, and so was all of their writes. */
  settle(events: readonly Pick<QueuedEvent<T>, 'write'>[]): void;
  lost(): Lost<T>;
}

/**
 * So many writes may come to their end unnoticed: to be called back costs the page half as much as to write. Should the database
 * be lost, they are asked for by their ids.
 */
const UNNOTICED_MAX = 16;

export function createWriter<T extends StoredText>(options: WriterOptions<T>): Writer<T> {
  const { database, now, contexts, drafts, queueId, fresh } = options;
  const unsettled = new Map<number | undefined, Write<T>>();
  let waiting: Added<T>[] = [];
  let writes = 0;
  let nextId = Math.floor(Math.random() * 2 ** 52); // tabs must not meet

  /** What waits is a write from here on, whatever becomes of it. */
  function takeWaiting(): Write<T> {
    const write = { id: nextId++, events: waiting };
    waiting = [];
    if (write.events[0]) {
      unsettled.set(write.id, write);
      writes++;
    }
    return write;
  }

  function flush(): void {
    const write = takeWaiting();
    try {
      if (write.events[0]) writeDown(write);
    } catch {
      options.onFailed(); // the connection was closed; what it has of this is found by the id
    }
  }

  function writeDown(write: Write<T>): void {
    const { id, events } = write;
    const transaction = begin(database, events.some(mustLast) ? 'strict' : 'relaxed');
    const store = transaction.objectStore('events');
    const t = now();
    let bytes = 0;
    for (const event of events) {
      const { draftId = '', number, priority, json } = event;
      const stored: Stored<T> = { c: contexts.put(transaction, event.contextJson, t), j: json, t, w: id };
      if (priority !== 'normal') stored.p = priority === 'urgent' ? URGENT : BULK;
      bytes += storedBytes(json);
      let seq: () => number | undefined;
      if (number?.queueId === queueId) {
        store.put(stored, number.seq);
        free(transaction, 'd', draftId);
        seq = () => number.seq; // known already: a page at its end can send it at once
      } else {
        const adding = store.add(stored) as IDBRequest<number>; // the keys of that store
        seq = () => (adding.readyState === 'done' ? adding.result : undefined);
      }
      fresh.add({ json, contextJson: event.contextJson, seq, t, write: id });
    }
    const next = options.onWriting(bytes);
    if (next || unsettled.size > UNNOTICED_MAX) {
      const before = [...unsettled.keys()]; // transactions end in the order in which they began
      transaction.oncomplete = () => {
        for (const each of before) unsettled.delete(each);
        next?.();
      };
    }
    transaction.onabort = options.onFailed;
    transaction.commit?.(); // some browsers have none
  }

  return {
    add(event) {
      if (waiting.push(event) === 1) queueMicrotask(flush);
    },
    saveDraft(id, event) {
      flush(); // the former draft of that id may have come to its end just now
      try {
        const transaction = begin(database, 'relaxed');
        const t = now();
        drafts.save(id, transaction, { c: contexts.put(transaction, event.contextJson, t), j: event.json, t }, queueId);
      } catch {
        options.onFailed();
      }
    },
    flush,
    settle(events) {
      for (const { write } of events) unsettled.delete(write);
    },
    lost() {
      takeWaiting(); // it never came into a write, and will not be found
      return { unsettled: [...unsettled.values()], hasWritten: unsettled.size < writes };
    },
  };
}

function mustLast({ priority, strict }: Added<StoredText>): boolean {
  return strict || priority === 'urgent';
}
