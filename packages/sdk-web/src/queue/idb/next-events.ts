import type { Claim, QueuedEvent } from '../outbox.js';
import type { StoredText } from '../stored-text.js';
import type { Contexts } from './contexts.js';
import { entries, result, type Stored, URGENT } from './database.js';
import { heldBy, heldSeqs } from './held.js';

export interface NextEvents<T extends StoredText> {
  /** Urgent ones where there are any, else the oldest. */
  readonly events: readonly QueuedEvent<T>[];
  /** Of those looked at: numbers of what has waited too long, or has lost its context to a damaged disk. */
  readonly expired: readonly number[];
}

/** The next events that are free to be sent. @param oldest - epoch milliseconds; what was written before is too old. */
export async function nextEvents<T extends StoredText>(
  transaction: IDBTransaction,
  contexts: Contexts<T>,
  count: number,
  oldest: number,
): Promise<NextEvents<T>> {
  const store = transaction.objectStore('events');
  const held = await heldSeqs(transaction);
  async function free(source: IDBObjectStore | IDBIndex, query: number | null) {
    const found = await entries<Stored<T>>(source, query, count + held.size);
    return found.filter(([seq]) => !held.has(Number(seq))).slice(0, count);
  }
  let found = await free(store.index('byPriority'), URGENT);
  if (found.length === 0) found = await free(store, null);
  const expired: number[] = [];
  const young = found.filter(([seq, { t = oldest }]) => t >= oldest || !expired.push(Number(seq)));
  return { events: await withContexts(transaction, contexts, young, expired), expired };
}

/** Batches that were claimed and have no known end. */
export async function openClaims<T extends StoredText>(
  transaction: IDBTransaction,
  contexts: Contexts<T>,
): Promise<Claim<T>[]> {
  const claims: Claim<T>[] = [];
  for (const [batchId, seqs] of await heldBy(transaction, 'c')) {
    const found: [IDBValidKey, Stored<T>][] = [];
    for (const seq of seqs) {
      const stored = await result<Stored<T> | undefined>(transaction.objectStore('events').get(seq));
      if (stored) found.push([seq, stored]);
    }
    claims.push({ batchId, events: await withContexts(transaction, contexts, found) });
  }
  return claims;
}

async function withContexts<T extends StoredText>(
  transaction: IDBTransaction,
  contexts: Contexts<T>,
  found: readonly (readonly [IDBValidKey, Stored<T>])[],
  missing: number[] = [],
): Promise<QueuedEvent<T>[]> {
  const events: QueuedEvent<T>[] = [];
  for (const [key, { c, j }] of found) {
    const seq = Number(key);
    const contextJson = await contexts.get(transaction, c);
    if (contextJson === undefined) missing.push(seq);
    else events.push({ seq, json: j, contextJson });
  }
  return events;
}
