import { newId } from '../browser/random-uuid.js';
import type { Outbox, QueuedEvent } from './outbox.js';

/** Holds this many; then the oldest go, counted: the page must not run out of memory for its analytics. */
const MEMORY_EVENTS_MAX = 10_000;

/** A queue that lives as long as the page: where there is no IndexedDB, or none that opens. */
export function createMemoryOutbox(now: () => number, onDrop: (events: number) => void): Outbox {
  let events: QueuedEvent[] = [];
  let lastSeq = 0;
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
    peek: async (count) => events.slice(0, count),
    async delete(seqs) {
      const gone = new Set(seqs);
      events = events.filter((event) => !gone.has(event.seq));
    },
    count: async () => events.length,
    close() {
      events = [];
    },
  };
}
