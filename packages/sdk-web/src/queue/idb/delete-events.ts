import type { QueuedEvent } from '../outbox.js';
import type { StoredText } from '../stored-text.js';

/** Deletes events by stretches of numbers: each request costs the page as much as storing an event. */
export function deleteEvents(store: IDBObjectStore, events: readonly QueuedEvent<StoredText>[]): void {
  const seqs = events.map(({ seq }) => seq).sort((a, b) => a - b);
  let from = 0;
  seqs.forEach((seq, at) => {
    if (seqs[at + 1] === seq + 1) return;
    store.delete(IDBKeyRange.bound(seqs[from], seq));
    from = at + 1;
  });
}
