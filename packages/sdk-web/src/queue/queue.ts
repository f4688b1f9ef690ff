import { type Lost, openIdbOutbox, type Write } from './idb-outbox.js';
import { createMemoryOutbox } from './memory-outbox.js';
import type { Durability, NewEvent, Outbox } from './outbox.js';

export interface Queue {
  /** Takes an event at once, whether the disk is open yet or not. */
  add(event: NewEvent, durability: Durability): void;
  /** The outbox to be emptied next. */
  outbox(): Promise<Outbox>;
  /** Events waiting, wherever they are. */
  count(): Promise<number>;
  storage(): 'indexeddb' | 'memory';
  close(): Promise<void>;
}

export interface QueueOptions {
  readonly name: string;
  readonly now: () => number;
  readonly onDrop: (reason: 'memory_full' | 'closed', events: number) => void;
}

/** A browser that has not opened the database by then may be one that never will. */
const OPEN_WITHIN_MS = 1_000;
/** A database that is lost so often without taking a single write, full for example, is not asked again. */
const LOST_IN_A_ROW_MAX = 3;

/** The queue on disk where there is one, in memory where not; events that come before it is open wait for it. */
export function openQueue(options: QueueOptions): Queue {
  const { name, now } = options;
  const memory = createMemoryOutbox(now, (events) => options.onDrop('memory_full', events));
  let early: { readonly event: NewEvent; readonly durability: Durability }[] = [];
  let current: Outbox | undefined;
  let lostInARow = 0;
  let closed = false;
  let ready = open([]);

  function open(unsettled: readonly Write[]): Promise<Outbox> {
    const opening = openIdbOutbox({ name, now, unsettled, onLost: reopen });
    return withinTime(opening).then(
      ({ outbox, unstored }) => use(outbox, unstored),
      () => {
        const inMemory = eventsOf(unsettled);
        opening.then(
          ({ outbox, unstored }) => comeLate(outbox, new Set(inMemory.filter((event) => !unstored.includes(event)))),
          () => undefined,
        );
        return use(memory, inMemory);
      },
    );
  }

  function add(event: NewEvent, durability: Durability): void {
    if (current) current.add(event, durability);
    else early.push({ event, durability });
  }

  function use(outbox: Outbox, first: readonly NewEvent[]): Outbox {
    current = outbox;
    const waiting = early;
    early = [];
    for (const event of first) add(event, 'strict');
    for (const { event, durability } of waiting) add(event, durability);
    return outbox;
  }

  /**
   * The disk opened after all: it takes over, and with it what has not been sent from memory yet.
   *
   * @param stored - events that were taken to memory although the disk has them.
   */
  function comeLate(outbox: Outbox, stored: ReadonlySet<NewEvent>): void {
    if (closed) {
      outbox.close();
      return;
    }
    const json = new Set([...stored].map((event) => event.json));
    ready = Promise.resolve(outbox);
    use(
      outbox,
      memory.takeUnsent().filter((event) => !json.has(event.json)),
    );
  }

  function reopen({ unsettled, hasWritten }: Lost): void {
    current = undefined;
    lostInARow = hasWritten ? 1 : lostInARow + 1;
    ready = lostInARow > LOST_IN_A_ROW_MAX ? Promise.resolve(use(memory, eventsOf(unsettled))) : open(unsettled);
  }

  return {
    add,
    async outbox() {
      const outbox = await ready;
      return (await memory.count()) > 0 ? memory : outbox;
    },
    async count() {
      const outbox = await ready;
      return (await memory.count()) + (outbox === memory ? 0 : await outbox.count());
    },
    storage: () => current?.storage ?? 'memory',
    async close() {
      closed = true;
      const outbox = await ready;
      const unsent = await memory.count();
      if (unsent > 0) options.onDrop('closed', unsent); // nowhere to leave them
      memory.close();
      outbox.close();
    },
  };
}

function eventsOf(writes: readonly Write[]): NewEvent[] {
  return writes.flatMap((write) => write.events);
}

function withinTime<T>(opening: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error('the database did not open in time')), OPEN_WITHIN_MS);
    opening.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}
