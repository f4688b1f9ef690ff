import type { FreshEvents } from '../fresh-events.js';
import type { Added, NewEvent } from '../outbox.js';
import type { StoredText } from '../stored-text.js';
import type { Contexts } from './contexts.js';
import { BULK, begin, type Stored, URGENT } from './database.js';
import type { Drafts } from './drafts.js';
import { storedBytes } from './evict.js';
import { free } from './held.js';
import { noteUrgent } from './urgent.js';

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
  /** So many more bytes are on the disk. */
  readonly onWritten: (bytes: number) => void;
  readonly onFailed: () => void;
}

/**
 * Writes what is added in one task in one transaction, and knows which of them came to their end: transactions do so in turn,
 * so that of single events which follow one another closely a later one answers for those before. To be called back for
 * each would cost a page a sixth more than writing them.
 */
export interface Writer<T extends StoredText> {
  /** Written at the end of the task: a page that hangs in it would have lost an open transaction as well. */
  add(event: Added<T>): void;
  saveDraft(id: string, event: NewEvent<T>): void;
  /**
   * Writes what was added so far: for whoever reads next.
   *
   * @returns to be called by who knows of the end of a later transaction, or was answered twice in it: what was written before it
   * has come to its end by then, and if that was an undoing, the page was told.
   */
  flush(): () => void;
  lost(): Lost<T>;
}

/** Of single events the page is called back for one in so long a time, and for those that come before it was. */
const CALL_BACK_MS = 100;
/** And for one of so many, where they come faster or the clock stands still. */
const CALL_BACK_WRITES = 10;

export function createWriter<T extends StoredText>(options: WriterOptions<T>): Writer<T> {
  const { database, now, contexts, drafts, queueId, fresh } = options;
  let unsettled: Write<T>[] = [];
  let waiting: Added<T>[] = [];
  let writes = 0;
  /** The last write that calls back, and when it was made. */
  let awaited: Write<T> | undefined;
  let awaitedAt = -Infinity;
  let nextId = Math.floor(Math.random() * 2 ** 52); // tabs must not meet

  /** What waits is a write from here on, whatever becomes of it. */
  function takeWaiting(): Write<T> {
    const write = { id: nextId++, events: waiting };
    waiting = [];
    if (write.events[0]) {
      unsettled.push(write);
      writes++;
    }
    return write;
  }

  function flush(): () => void {
    const write = takeWaiting();
    try {
      if (write.events[0]) writeDown(write);
    } catch {
      options.onFailed(); // the connection was closed; what it has of this is found by the id
    }
    return () => settle(write);
  }

  /** It has come to its end, and all before it. */
  function settle({ id: last }: Write<T>): void {
    unsettled = unsettled.filter(({ id }) => id > last);
  }

  function writeDown(write: Write<T>): void {
    const { id, events } = write;
    const transaction = begin(database, events.some(mustLast) ? 'strict' : 'relaxed');
    const store = transaction.objectStore('events');
    const t = now();
    const urgent: IDBRequest<number>[] = [];
    let bytes = 0;
    for (const event of events) {
      const { draftId = '', number, priority, json } = event;
      const stored: Stored<T> = { c: contexts.put(transaction, event.contextJson, t), j: json, t, w: id };
      if (priority !== 'normal') stored.p = priority === 'urgent' ? URGENT : BULK;
      bytes += storedBytes(json);
      const given = number?.queueId === queueId ? number : undefined;
      const writing = (given ? store.put(stored, given.seq) : store.add(stored)) as IDBRequest<number>; // the keys of that store
      if (priority === 'urgent') urgent.push(writing);
      if (given) free(transaction, 'd', draftId);
      const sure = given?.isPending ? undefined : given?.seq; // a page at its end can send it at once
      const seq = () => (unsettled.includes(write) ? sure : writing.result);
      fresh.add({ json, contextJson: event.contextJson, seq, t, write: id });
    }
    const isAwaiting = awaited && unsettled.includes(awaited);
    const isDue = unsettled.length >= CALL_BACK_WRITES || Math.abs(t - awaitedAt) >= CALL_BACK_MS;
    if (isAwaiting || events[1] || urgent[0] || isDue) {
      awaited = write;
      awaitedAt = t;
      transaction.oncomplete = () => {
        settle(write);
        if (urgent[0]) noteUrgent(database, urgent);
      };
    }
    transaction.onabort = options.onFailed;
    transaction.commit?.(); // some browsers have none
    options.onWritten(bytes);
  }

  return {
    add(event) {
      if (waiting.push(event) === 1) queueMicrotask(flush);
    },
    saveDraft(id, event) {
      const settle = flush(); // the former draft of that id may have come to its end just now
      try {
        const transaction = begin(database, 'relaxed');
        const t = now();
        const stored = { c: contexts.put(transaction, event.contextJson, t), j: event.json, t };
        drafts.save(id, transaction, stored, queueId, settle);
      } catch {
        options.onFailed();
      }
    },
    flush,
    lost() {
      takeWaiting(); // it never came into a write, and will not be found
      return { unsettled: [...unsettled], hasWritten: unsettled.length < writes };
    },
  };
}

function mustLast({ priority, strict }: Added<StoredText>): boolean {
  return strict || priority === 'urgent';
}
