import type { Claim, QueuedEvent } from '../outbox.js';
import type { StoredText } from '../stored-text.js';
import type { Contexts } from './contexts.js';
import { entries, type Stored, URGENT } from './database.js';
import { heldBy, heldSeqs } from './held.js';
import { stretches } from './stretches.js';
import { urgentEvents } from './urgent.js';

export interface NextEvents<T extends StoredText> {
  /** Urgent ones where there are any, else the oldest. */
  readonly events: readonly QueuedEvent<T>[];
  /** Of those looked at: numbers of what has waited too long, or has lost its context to a damaged disk. */
  readonly expired: readonly number[];
  /** As of a claim of all of these. */
  readonly nextAt: number | undefined;
}

/** The next events that are free to be sent. @param isYoung - of when it was written, epoch milliseconds. */
export async function nextEvents<T extends StoredText>(
  transaction: IDBTransaction,
  contexts: Contexts<T>,
  count: number,
  isYoung: (t: number | undefined) => boolean,
): Promise<NextEvents<T>> {
  const held = await heldSeqs(transaction);
  let found = await urgentEvents<T>(transaction, held, count);
  let nextAt: number | undefined = 0;
  if (!found[0]) {
    const all = await entries<number, Stored<T>>(transaction.objectStore('events'), null, count + 1 + held.size);
    const oldest = all.filter(([seq]) => !held.has(seq));
    const urgent = oldest.filter(([, { p }]) => p === URGENT); // not noted yet
    found = urgent[0] ? urgent : oldest;
    if (found === oldest) nextAt = oldest[count] && (oldest[count][1].t ?? 0);
  }
  found = found.slice(0, count);
  const events = (await sendable(transaction, contexts, found)).filter(({ t }) => isYoung(t));
  const expired = found.map(([seq]) => seq).filter((seq) => !events.some((event) => event.seq === seq));
  return { events, expired, nextAt };
}

/** Batches that were claimed and have no known end. */
export async function openClaims<T extends StoredText>(
  transaction: IDBTransaction,
  contexts: Contexts<T>,
): Promise<Claim<T>[]> {
  const claims: Claim<T>[] = [];
  for (const [batchId, held] of await heldBy<T, 'c'>(transaction, 'c')) {
    if ('events' in held) {
      claims.push(held);
      continue;
    }
    const events: QueuedEvent<T>[] = [];
    for (const stretch of stretches(held))
      events.push(
        ...(await sendable(transaction, contexts, await entries(transaction.objectStore('events'), stretch))),
      );
    claims.push({ batchId, events });
  }
  return claims;
}

/** Those of them whose context is there. */
async function sendable<T extends StoredText>(
  transaction: IDBTransaction,
  contexts: Contexts<T>,
  found: readonly (readonly [seq: number, stored: Stored<T>])[],
): Promise<QueuedEvent<T>[]> {
  const events: QueuedEvent<T>[] = [];
  for (const [seq, { c, j: json, w: write, t }] of found) {
    const contextJson = await contexts.get(transaction, c);
    if (contextJson !== undefined) events.push({ seq, json, contextJson, t, write });
  }
  return events;
}
