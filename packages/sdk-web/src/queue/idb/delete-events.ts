import type { QueuedEvent } from '../outbox.js';
import type { StoredText } from '../stored-text.js';

/** Deletes events by stretches of numbers that follow one another: each request costs the page as much as storing an event. */
export function deleteEvents(store: IDBObjectStore, events: readonly QueuedEvent<StoredText>[]): void {
  let first: number | undefined;
  events.forEach(({ seq }, at) => {
    first ??= seq;
    if (events[at + 1]?.seq === seq + 1) return;
    store.delete(IDBKeyRange.bound(first, seq));
    first = undefined;
  });
}
