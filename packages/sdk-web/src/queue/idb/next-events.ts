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
    const found = await entries<number, Stored<T>>(source, query, count + held.size);
    return found.filter(([seq]) => !held.has(seq)).slice(0, count);
  }
  let found = await free(store.index('byPriority'), URGENT);
  if (!found[0]) found = await free(store, null);
  const events: QueuedEvent<T>[] = [];
  const expired: number[] = [];
  for (const [seq, stored] of found) {
    const event = await sendable(transaction, contexts, oldest, seq, stored);
    if (event) events.push(event);
    else expired.push(seq);
  }
  return { events, expired };
}

/**
 * Batches that were claimed and have no known end, without what is too old: the collector may have it and not know it any
 * more. It is free, and so expires, when its batch is settled.
 */
export async function openClaims<T extends StoredText>(
  transaction: IDBTransaction,
  contexts: Contexts<T>,
  oldest: number,
): Promise<Claim<T>[]> {
  const claims: Claim<T>[] = [];
  for (const [batchId, held] of await heldBy<T, 'c'>(transaction, 'c')) {
    if ('events' in held) {
      claims.push(held);
      continue;
    }
    const events: QueuedEvent<T>[] = [];
    for (const seq of held) {
      const stored = await result<Stored<T> | undefined>(transaction.objectStore('events').get(seq));
      const event = stored && (await sendable(transaction, contexts, oldest, seq, stored));
      if (event) events.push(event);
    }
    claims.push({ batchId, events });
  }
  return claims;
}

async function sendable<T extends StoredText>(
  transaction: IDBTransaction,
  contexts: Contexts<T>,
  oldest: number,
  seq: number,
  { c, j: json, w: write, t = oldest }: Stored<T>,
): Promise<QueuedEvent<T> | undefined> {
  const contextJson = await contexts.get(transaction, c);
  return contextJson === undefined || t < oldest ? undefined : { seq, json, contextJson, write };
}
