import { openIdbOutbox } from './idb-outbox.js';
import { createMemoryOutbox } from './memory-outbox.js';
import type { Durability, NewEvent, Outbox } from './outbox.js';

export interface Queue {
  /** Takes an event at once, whether the disk is open yet or not. */
  add(event: NewEvent, durability: Durability): void;
  /** The outbox in use, once there is one. */
  outbox(): Promise<Outbox>;
  storage(): 'indexeddb' | 'memory';
  close(): Promise<void>;
}

export interface QueueOptions {
  readonly name: string;
  readonly now: () => number;
  readonly onDrop: (reason: 'memory_full', events: number) => void;
}

/** A browser that has not opened the database by then is taken for one that never will. */
const OPEN_WITHIN_MS = 1_000;

/** The queue on disk where there is one, in memory where not; events that come before it is open wait for it. */
export function openQueue(options: QueueOptions): Queue {
  let early: { readonly event: NewEvent; readonly durability: Durability }[] = [];
  let current: Outbox | undefined;
  let ready = open([]);

  function open(unstored: readonly NewEvent[]): Promise<Outbox> {
    return withinTime(openIdbOutbox({ name: options.name, now: options.now, onLost: reopen }))
      .catch(() => createMemoryOutbox(options.now, (events) => options.onDrop('memory_full', events)))
      .then((outbox) => {
        current = outbox;
        for (const event of unstored) outbox.add(event, 'strict');
        for (const { event, durability } of early) outbox.add(event, durability);
        early = [];
        return outbox;
      });
  }

  function reopen(unstored: readonly NewEvent[]): void {
    current = undefined;
    ready = open(unstored);
  }

  return {
    add(event, durability) {
      if (!current) {
        early.push({ event, durability });
        return;
      }
      try {
        current.add(event, durability);
      } catch {
        early.push({ event, durability }); // a handle that died without telling: it throws at the next use
        reopen([]);
      }
    },
    outbox: () => ready,
    storage: () => current?.storage ?? 'memory',
    async close() {
      (await ready).close();
    },
  };
}

function withinTime(opening: Promise<Outbox>): Promise<Outbox> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the database did not open in time')), OPEN_WITHIN_MS);
    opening.then(
      (outbox) => {
        clearTimeout(timer);
        resolve(outbox);
      },
      (error: unknown) => {
        clearTimeout(timer);
        reject(error);
      },
    );
  });
}
