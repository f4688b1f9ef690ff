import { newId } from '../../browser/random-uuid.js';
import type { FreshEvents } from '../fresh-events.js';
import type { Added, NewEvent } from '../outbox.js';
import type { StoredText } from '../stored-text.js';
import { withSeq } from '../with-seq.js';
import type { Contexts } from './contexts.js';
import { BULK, begin, committed, type Stored, URGENT } from './database.js';
import type { Drafts } from './drafts.js';
import { storedBytes } from './evict.js';
import { free } from './held.js';

/** So many marks of writes are deleted at once. */
const GROUP_MARKS = 50;

/** The events of one transaction. Its id is stored with them, so that one can ask later whether they are. */
export interface Write<T extends StoredText = string> {
  readonly id: string;
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
  readonly drafts: Drafts<T>;
  readonly fresh: FreshEvents<T>;
  /** So many more bytes are on the disk. */
  readonly onWritten: (bytes: number) => void;
  readonly onFailed: () => void;
}

/** Writes what is added in one task in one transaction, and knows of each whether it came to its end. */
export interface Writer<T extends StoredText> {
  add(event: Added<T>): void;
  saveDraft(id: string, event: NewEvent<T>): void;
  lost(): Lost<T>;
}

export function createWriter<T extends StoredText>(options: WriterOptions<T>): Writer<T> {
  const { database, now, contexts, drafts, fresh } = options;
  const unsettled = new Set<Write<T>>();
  let open: { readonly strict: boolean; readonly add: (event: Added<T>) => void } | undefined;
  let hasWritten = false;
  /** Marks begin with the id of their group, so that those of a group are deleted at once when it has come to its end. */
  let group = newId(now());
  let marks = 0;
  let formerGroups: string[] = [];

  /** @returns the id of a write, left in the transaction. */
  function mark(transaction: IDBTransaction): string {
    const meta = transaction.objectStore('meta');
    if (marks === GROUP_MARKS) {
      formerGroups.push(group);
      group = newId(now());
      marks = 0;
    }
    formerGroups = formerGroups.filter((former) => {
      if ([...unsettled].some(({ id }) => id.startsWith(former))) return true;
      meta.delete(IDBKeyRange.bound(former, `${former}~`)); // nobody will ask after those any more
      return false;
    });
    const id = `${group}/${marks++}`;
    meta.put('', id);
    return id;
  }

  function toStored(transaction: IDBTransaction, { json, contextJson }: NewEvent<T>): Stored<T> {
    return { c: contexts.put(transaction, contextJson), j: json, t: now() };
  }

  /** Committed at the end of the task, without waiting for the event loop. */
  function openWrite(strict: boolean): (event: Added<T>) => void {
    const transaction = begin(database, strict ? 'strict' : 'relaxed');
    const store = transaction.objectStore('events');
    const events: Added<T>[] = [];
    const write: Write<T> = { id: mark(transaction), events };
    const numbered: (readonly [event: Added<T>, adding: IDBRequest<IDBValidKey>])[] = [];
    let bytes = 0;
    unsettled.add(write);
    committed(transaction).then(() => {
      hasWritten = true;
      unsettled.delete(write);
      fresh.add(numbered.map(([event, { result }]) => withSeq(event, Number(result))));
      options.onWritten(bytes);
    }, options.onFailed);
    queueMicrotask(() => {
      open = undefined;
      try {
        transaction.commit();
      } catch {
        // it committed or aborted by itself: its end tells which
      }
    });
    return (event) => {
      const { draftId = '', priority } = event;
      const stored = toStored(transaction, event);
      if (priority !== 'normal') stored.p = priority === 'urgent' ? URGENT : BULK;
      const seq = drafts.take(draftId);
      if (seq === undefined) {
        numbered.push([event, store.add(stored)]);
      } else {
        store.put(stored, seq);
        free(transaction, 'd', draftId);
        fresh.add([withSeq(event, seq)]); // its number is known already: a page at its end can send it at once
      }
      bytes += storedBytes(event.json);
      events.push(event);
    };
  }

  return {
    add(event) {
      const { strict = false, priority } = event;
      const mustLast = strict || priority === 'urgent';
      try {
        if (open?.strict !== mustLast) open = { strict: mustLast, add: openWrite(mustLast) };
        open.add(event);
      } catch {
        unsettled.add({ id: newId(now()), events: [event] }); // it never came into a write, and will not be found
        options.onFailed();
      }
    },
    saveDraft(id, event) {
      try {
        const transaction = begin(database, 'relaxed');
        drafts.save(id, transaction, toStored(transaction, event));
      } catch {
        options.onFailed();
      }
    },
    lost: () => ({ unsettled: [...unsettled], hasWritten }),
  };
}
