import { newId } from '../browser/random-uuid.js';
import type { NewEvent, Outbox, QueuedEvent } from './outbox.js';

/** Holds this many; then the oldest go, counted: the page must not run out of memory for its analytics. */
export const MEMORY_EVENTS_MAX = 10_000;

export interface MemoryOutbox extends Outbox {
  /** Gives up the events that nobody has peeked at: they were never sent, so another queue may number them. */
  takeUnsent(): NewEvent[];
}

/** A queue that lives as long as the page: where there is no IndexedDB, or none that opens. */
export function createMemoryOutbox(now: () => number, onDrop: (events: number) => void): MemoryOutbox {
  let events: QueuedEvent[] = [];
  let lastSeq = 0;
  let peekedSeq = 0;
  return {
    queueId: newId(now()),
    storage: 'memory',
    add(event) {
      events.push({ ...event, seq: ++lastSeq });
      if (events.length > MEMORY_EVENTS_MAX) {
        events.shift();
        onDrop(1);
      }
    },
    async peek(count) {
      const peeked = events.slice(0, count);
      peekedSeq = Math.max(peekedSeq, peeked.at(-1)?.seq ?? 0);
      return peeked;
    },
    async delete(seqs) {
      const gone = new Set(seqs);
      events = events.filter((event) => !gone.has(event.seq));
    },
    count: async () => events.length,
    close() {
      events = [];
    },
    takeUnsent() {
      const unsent = events.filter((event) => event.seq > peekedSeq);
      events = events.filter((event) => event.seq <= peekedSeq);
      lastSeq = Math.max(peekedSeq, events.at(-1)?.seq ?? 0);
      return unsent;
    },
  };
}
