import { type StoredText, wireBytes } from '../stored-text.js';
import { entries, type Stored, URGENT, written } from './database.js';
import { free, heldSeqs } from './held.js';

/** What a record costs beside its text: key, context and time. */
const RECORD_BYTES = 40;
/** Read at once: a few milliseconds of the page's time. */
const CHUNK = 500;

/** What an event counts for on the disk; texts that are not Latin take a third less there than on the wire. */
export function storedBytes(json: StoredText): number {
  return RECORD_BYTES + wireBytes(json);
}

export interface Evicted {
  readonly seqs: readonly number[];
  /** What is left, exactly. */
  readonly bytes: number;
}

/**
 * Deletes the oldest events of the lowest priority until the queue holds nine tenths of its limit, so that it is not
 * called for each event. What is held stays: it may be on its way.
 */
export function evict(database: IDBDatabase, limitBytes: number): Promise<Evicted> {
  return written(database, (transaction) => evictFrom(transaction, limitBytes));
}

async function evictFrom(transaction: IDBTransaction, limitBytes: number): Promise<Evicted> {
  const store = transaction.objectStore('events');
  const held = await heldSeqs(transaction);
  const all: { readonly seq: number; readonly p: number; readonly size: number }[] = [];
  let bytes = 0;
  for (let after = 0, chunk = CHUNK; chunk === CHUNK; ) {
    const found = await entries<number, Stored<StoredText>>(store, IDBKeyRange.lowerBound(after, true), CHUNK);
    for (const [seq, { j, p = 1 }] of found) {
      after = seq;
      all.push({ seq, p, size: storedBytes(j) });
      bytes += storedBytes(j);
    }
    chunk = found.length;
  }
  const seqs: number[] = [];
  for (const { seq, p, size } of all.sort((a, b) => b.p - a.p || a.seq - b.seq)) {
    if (bytes <= 0.9 * limitBytes) break;
    if (held.has(seq)) continue;
    store.delete(seq);
    if (p === URGENT) free(transaction, 'u', `${seq}`);
    seqs.push(seq);
    bytes -= size;
  }
  return { seqs, bytes };
}
