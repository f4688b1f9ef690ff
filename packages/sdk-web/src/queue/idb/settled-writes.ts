import { uuidV7 } from '@tidemark/protocol';
import { newId } from '../../browser/random-uuid.js';
import type { QueuedEvent } from '../outbox.js';
import type { StoredText } from '../stored-text.js';
import { result, type Stored } from './database.js';

/*
 * A page whose database stopped working may not know of its last writes whether they came to anything. Each event carries
 * the id of its write; those of events that were settled, and so are gone, are noted here, one note a batch.
 */

/** A tab that lost its database asks after its last writes within seconds; a day is for one that slept. */
const KEEP_MS = 86_400_000;

/** All notes: their names are UUIDs by their time, and the other names in `meta` sort after every hex digit. */
const NOTES = 'g';

/** Notes the writes of events that are settled, and forgets those of long ago. */
export function noteWrites(transaction: IDBTransaction, events: readonly QueuedEvent<StoredText>[], now: number): void {
  const meta = transaction.objectStore('meta');
  meta.put([...new Set(events.map(({ write }) => write))], newId(now));
  meta.delete(IDBKeyRange.upperBound(uuidV7(Math.max(0, now - KEEP_MS), new Uint8Array(10))));
}

/** Ids of all writes that came to something, of late. Reads the whole queue: nobody asks who has not lost a database. */
export async function knownWrites(transaction: IDBTransaction): Promise<ReadonlySet<number | undefined>> {
  const notes = await result<number[][]>(transaction.objectStore('meta').getAll(IDBKeyRange.upperBound(NOTES)));
  const stored = await result<Stored<StoredText>[]>(transaction.objectStore('events').getAll());
  return new Set([...notes.flat(), ...stored.map(({ w }) => w)]);
}
