import type { QueuedEvent } from '../outbox.js';
import type { StoredText } from '../stored-text.js';
import { result, type Stored } from './database.js';

/*
 * A page whose database stopped working may not know of its last writes whether they came to anything. Each event carries
 * the id of its write; those of events that were settled, and so are gone, are noted in `meta`, one note a batch under its
 * time: numbers sort before all names.
 */

/** A tab that lost its database asks after its last writes within seconds; a day is for one that slept. */
const KEEP_MS = 86_400_000;

/** Notes the writes of events that are settled, and forgets those of long ago. */
export function noteWrites(transaction: IDBTransaction, events: readonly QueuedEvent<StoredText>[], now: number): void {
  const meta = transaction.objectStore('meta');
  meta.put(
    events.map(({ write }) => write),
    now + Math.random(), // two batches may end at once
  );
  meta.delete(IDBKeyRange.upperBound(now - KEEP_MS));
}

/** Ids of all writes that came to something, of late. Reads the whole queue: nobody asks who has not lost a database. */
export async function knownWrites(transaction: IDBTransaction): Promise<ReadonlySet<unknown>> {
  const notes = await result<unknown[]>(transaction.objectStore('meta').getAll()); // and the queue's id, which is no number
  const stored = await result<Stored<StoredText>[]>(transaction.objectStore('events').getAll());
  return new Set([...notes.flat(), ...stored.map(({ w }) => w)]);
}
