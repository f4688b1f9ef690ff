import type { Clock } from '../browser/clock.js';
import { deleteDatabase } from './idb/database.js';
import { createDrafts } from './idb/drafts.js';
import { openIdbOutbox } from './idb/open-outbox.js';
import type { Lost, Write } from './idb/writer.js';
import { createMemoryOutbox } from './memory-outbox.js';
import type { Added, GivenNumber, LastingOutbox, NewEvent, Outbox } from './outbox.js';
import type { StoredText } from './stored-text.js';
import { LONG_TIMES, withinTime } from './within-time.js';

export interface Queue<T extends StoredText = string> {
  /** Takes an event at once, whether the disk is open yet or not. */
  add(event: Added<T>): void;
  saveDraft(id: string, event: NewEvent<T>): void;
  /** An event takes its place that does not come here. @returns the number that it takes along, where it has one. */
  takeDraft(id: string | undefined): GivenNumber | undefined;
  /** The outbox to be emptied next. */
  outbox(): Promise<Outbox<T>>;
  /** The one in use; memory where none is open yet, for a page at its end that cannot wait. */
  atHand(): Outbox<T>;
  /** Events waiting, wherever they are. */
  count(): Promise<number>;
  storage(): 'indexeddb' | 'memory';
  close(): Promise<void>;
  /** Closes, and deletes everything, numbers and ids included. @returns how many events that were. */
  purge(): Promise<number>;
}

export interface QueueOptions extends Pick<Clock, 'now' | 'nowBy'> {
  readonly name: string;
  readonly maxBytes: number;
  /** @param events - 0 where it was looked and nothing was dropped. */
  readonly onDrop: (reason: 'memory_full' | 'closed' | 'evicted' | 'expired', events: number) => void;
  /** The disk was opened after all: what earlier pages left there can be sent. */
  readonly onLate: () => void;
}

/** A database that is lost so often without taking a single write, full for example, is not asked again. */
const LOST_IN_A_ROW_MAX = 3;

/** The queue on disk where there is one, in memory where not; events that come before it is open wait for it. */
export function openQueue<T extends StoredText = string>(options: QueueOptions): Queue<T> {
  const { name, onDrop } = options;
  const memory = createMemoryOutbox<T>(options);
  let early: Added<T>[] = [];
  /** The last of each id: memory keeps none, and a disk that opens later is to have it. */
  const lastDrafts = new Map<string, NewEvent<T>>();
  const drafts = createDrafts();
  let current: Outbox<T> | undefined;
  let lostInARow = 0;
  let closed = false;
  let ready = open([]);

  function open(unsettled: readonly Write<T>[]): Promise<Outbox<T>> {
    const isGivenUp = lostInARow > LOST_IN_A_ROW_MAX;
    const opening = openIdbOutbox<T>({ ...options, drafts, unsettled, onLost: reopen }).then(({ outbox, unstored }) => {
      if (isGivenUp) outbox.close(); // what the disk has after all is left to it
      return { outbox: isGivenUp ? memory : outbox, unstored };
    });
    // What may be on the disk already would be sent twice from memory, so that its answer is worth a longer wait.
    return withinTime(opening, unsettled[0] ? LONG_TIMES : 1).then(
      ({ outbox, unstored }) => use(outbox, unstored),
      () => {
        const moved = unsettled.flatMap(({ events }) => events);
        opening.then(
          ({ outbox, unstored }) => {
            if (closed) return outbox.close();
            // It opened after all, and takes over; what was taken to memory although the disk has it is the disk's.
            const stored = moved.filter((event) => !unstored.includes(event)).map(({ json }) => json);
            ready = Promise.resolve(outbox);
            use(outbox, [], stored);
            options.onLate();
          },
          () => undefined,
        );
        return use(memory, moved);
      },
    );
  }

  function takeDraft(id = ''): GivenNumber | undefined {
    lastDrafts.delete(id);
    return drafts.take(id);
  }

  function add(event: Added<T>): void {
    if (current) current.add(event);
    else early.push(event);
  }

  /** From here on events go there: first those that came to nothing once, then those that were kept and are not sent. */
  function use(outbox: Outbox<T> | LastingOutbox<T>, first: readonly Added<T>[], stored: readonly T[] = []): Outbox<T> {
    current = outbox;
    if ('adopt' in outbox) memory.leaveTo(outbox);
    const waiting = [...memory.takeUnsent(), ...early].filter(({ json }) => !stored.includes(json));
    early = [];
    for (const event of first) add({ ...event, strict: true });
    for (const event of waiting) add(event);
    for (const [id, event] of lastDrafts) outbox.saveDraft(id, event);
    return outbox;
  }

  function reopen({ unsettled, hasWritten }: Lost<T>): void {
    if (closed) return;
    current = undefined;
    lostInARow = hasWritten ? 1 : lostInARow + 1;
    ready = open(unsettled);
  }

  const onDisk = async (): Promise<number> => (current && current !== memory ? current.count() : 0);

  async function close(): Promise<void> {
    closed = true;
    const outbox = await ready;
    onDrop('closed', await memory.count()); // nowhere to leave them
    memory.close();
    outbox.close();
  }

  return {
    add: (event) => add(event.draftId ? { ...event, number: takeDraft(event.draftId) } : event),
    takeDraft,
    saveDraft(id, event) {
      lastDrafts.set(id, event);
      current?.saveDraft(id, event);
    },
    async outbox() {
      const outbox = await ready;
      return (await memory.count()) > 0 ? memory : outbox;
    },
    atHand: () => current ?? use(memory, []),
    async count() {
      await ready;
      return (await memory.count()) + (await onDisk());
    },
    storage: () => current?.storage ?? 'memory',
    close,
    async purge() {
      closed = true;
      const counting = onDisk().catch(() => 0); // asked before the deletion, so answered before it
      // Asked for in the task of the decision: the page may end with it, or open a successor at once.
      const deleted = deleteDatabase(name);
      const waiting = early.length + (await memory.count()) + (await counting);
      early = [];
      memory.close();
      void ready.then((outbox) => outbox.close());
      await deleted;
      return waiting;
    },
  };
}
