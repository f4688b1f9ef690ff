import type { BatchContext, QueueId } from '@tidemark/protocol';
import { createKnownEvents, type SavedQueues } from './known-events.js';
import { readJson } from './read-json.js';
import type { HostStorage } from './storage/host-storage.js';

/** An event with what it is sent with. */
export interface QueuedEvent {
  readonly context: BatchContext;
  /** Wall clock of the host minus that of the side that tracked the event. */
  readonly skewMs: number;
  /** With `seq`. */
  readonly event: NumberedEvent;
}

export interface NumberedEvent {
  readonly seq: number;
  readonly eventId: string;
}

/** An event of the host's own, before it is numbered. */
export interface OwnEvent {
  readonly context: Omit<BatchContext, 'queueId'>;
  readonly event: { readonly eventId: string };
}

export interface KeyedEvent extends QueuedEvent {
  readonly key: number;
  /** When the host wrote it, epoch milliseconds. */
  readonly writtenAt: number;
}

/** All that waits to be delivered, of the host and of its pages, in the order in which it was written. */
export interface Queue {
  /** The last that was there when it opened: an earlier process may have sent those. */
  readonly foundUpTo: number;
  /** Numbers and writes an event of the host's own. What cannot be written now is tried again with the next, and by `retry`. */
  addOwn(own: OwnEvent): Promise<void>;
  retry(): Promise<void>;
  /** Writes events of a page, but those that were taken before. @returns `unwanted` when `isWanted` said so in its turn. */
  take(events: readonly QueuedEvent[], isWanted: () => boolean): Promise<'taken' | 'failed' | 'unwanted'>;
  /** The oldest. */
  head(limit: number): Promise<readonly KeyedEvent[]>;
  /** These are delivered, or given up. */
  remove(events: readonly KeyedEvent[]): Promise<void>;
  /** Deletes all that waits; own events are of another queue from here on. */
  clear(): Promise<void>;
  /** A small text beside the events, written in its turn. */
  setText(name: string, text: string): Promise<void>;
  /** Written and not yet removed, and what waits to be written. */
  count(): number;
  has(eventId: string): Promise<boolean>;
  /** All that was asked for so far is written, or failed. */
  settled(): Promise<void>;
}

export interface QueueOptions {
  readonly storage: HostStorage;
  readonly wallMs: () => number;
  readonly newQueueId: () => QueueId;
  /** The most events that may wait. Above it a page's stay with the page, and own ones are dropped, counted. */
  readonly maxEvents: number;
  readonly onDropped: (reason: string, count: number) => void;
}

/** Own events that wait in memory while the storage refuses. */
const UNWRITTEN_MAX = 500;
const READ_AT_ONCE = 200;
const BOOK = 'queue';

/** What is kept beside the records. Written before records are removed, so that no number is ever given or taken twice. */
interface Book {
  readonly queueId: QueueId;
  readonly lastSeq: number;
  readonly known: SavedQueues;
}

export async function openQueue(options: QueueOptions): Promise<Queue> {
  const { storage, wallMs } = options;
  const saved = await storage.getText(BOOK);
  const book = readJson<Book>(saved); // written below
  const known = createKnownEvents(book?.known);
  let queueId = book?.queueId ?? options.newQueueId();
  let lastSeq = book?.lastSeq ?? 0;
  let unwritten: OwnEvent[] = [];
  let written = 0;
  let foundUpTo = 0;
  let scheduledFor: OwnEvent[] | undefined;
  let scheduled: Promise<void> = Promise.resolve();
  let tail: Promise<unknown> = Promise.resolve();

  const unreadable: number[] = [];
  await eachRecord(
    ({ context, event }, key) => {
      written++;
      foundUpTo = key;
      if (context.queueId === queueId) lastSeq = Math.max(lastSeq, event.seq);
      else known.add(context.queueId, event.seq, wallMs());
    },
    (key) => unreadable.push(key),
  );
  if (unreadable.length > 0) {
    await storage.remove(unreadable); // they would be in the way for ever
    options.onDropped('damaged', unreadable.length);
  }
  if (!book) await saveBook(); // before the first event of the queue: it must not come back under another id

  /** No generator: engines of apps may lack those that are async. */
  async function eachRecord(
    visit: (record: QueuedEvent, key: number) => void,
    onUnreadable: (key: number) => void,
  ): Promise<void> {
    for (let from = 0; ; ) {
      const records = await storage.read(from, READ_AT_ONCE);
      for (const { key, text } of records) {
        const record = readJson<QueuedEvent>(text);
        if (record) visit(record, key);
        else onUnreadable(key);
        from = key + 1;
      }
      if (records.length < READ_AT_ONCE) return;
    }
  }

  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const done = tail.then(work);
    tail = done.catch(() => undefined); // told to who asked for it
    return done;
  }

  async function saveBook(): Promise<void> {
    const now: Book = { queueId, lastSeq, known: known.save(wallMs()) };
    await storage.setText(BOOK, JSON.stringify(now));
  }

  /**
   * One write for all that came until its turn. After `clear` the list is another: what was tracked after a denial is not
   * written before it is carried out.
   */
  function writeSoon(): Promise<void> {
    const mine = unwritten;
    if (scheduledFor !== mine) {
      scheduledFor = mine;
      scheduled = inTurn(async () => {
        if (scheduledFor === mine) scheduledFor = undefined;
        if (mine === unwritten) await writeOwn(mine);
      }).catch(() => undefined); // they wait
    }
    return scheduled;
  }

  /** A number is given with the write that makes it durable: one that failed is given to the same event again. */
  async function writeOwn(waiting: OwnEvent[]): Promise<void> {
    const events = waiting.splice(0);
    if (events.length === 0) return;
    const numbered = events.map(({ context, event }, index) => ({
      context: { ...context, queueId },
      skewMs: 0,
      event: { ...event, seq: lastSeq + 1 + index },
    }));
    try {
      await storage.append(numbered.map((event) => recordText(event, wallMs())));
    } catch (fault) {
      waiting.unshift(...events);
      throw fault;
    }
    lastSeq += events.length;
    written += events.length;
  }

  return {
    foundUpTo,
    async addOwn(own) {
      if (written + unwritten.length >= options.maxEvents) options.onDropped('full', 1);
      else if (unwritten.length >= UNWRITTEN_MAX) options.onDropped('storage', 1);
      else unwritten.push(own);
      await writeSoon();
    },
    retry: writeSoon,
    take: (events, isWanted) =>
      inTurn(async () => {
        if (!isWanted()) return 'unwanted';
        const seen = new Set<string>();
        const fresh = events.filter(({ context, event }) => {
          const isCopy = known.has(context.queueId, event.seq) || seen.has(`${event.seq}`);
          seen.add(`${event.seq}`);
          return !isCopy;
        });
        if (fresh.length > 0 && written + fresh.length > options.maxEvents) return 'failed';
        try {
          if (fresh.length > 0) await storage.append(fresh.map((event) => recordText(event, wallMs())));
        } catch {
          return 'failed';
        }
        for (const { context, event } of fresh) known.add(context.queueId, event.seq, wallMs());
        written += fresh.length;
        return 'taken';
      }),
    async head(limit) {
      await tail;
      return (await storage.read(0, limit)).map(({ key, text }) => parseRecord(key, text));
    },
    remove: (events) =>
      inTurn(async () => {
        await saveBook();
        await storage.remove(events.map(({ key }) => key));
        written -= events.length;
      }),
    clear() {
      unwritten = [];
      return inTurn(async () => {
        queueId = options.newQueueId(); // its numbers would have a gap that nobody could explain
        lastSeq = 0;
        await saveBook();
        for (let records = await storage.read(0, READ_AT_ONCE); records.length > 0; ) {
          await storage.remove(records.map(({ key }) => key));
          written -= records.length;
          records = await storage.read(0, READ_AT_ONCE);
        }
        written = 0;
      });
    },
    setText: (name, text) => inTurn(() => storage.setText(name, text)),
    count: () => written + unwritten.length,
    async has(eventId) {
      let isThere = false;
      await eachRecord(
        ({ event }) => {
          isThere ||= event.eventId === eventId;
        },
        () => undefined,
      );
      return isThere;
    },
    async settled() {
      await tail;
    },
  };
}

/** One record of the storage. */
function recordText({ context, skewMs, event }: QueuedEvent, writtenAt: number): string {
  return JSON.stringify({ writtenAt, context, skewMs, event });
}

export function parseRecord(key: number, text: string): KeyedEvent {
  return { key, ...(JSON.parse(text) as Omit<KeyedEvent, 'key'>) }; // written by `recordText`
}
