import type { Claim } from '../outbox.js';
import type { StoredText } from '../stored-text.js';
import { entries, result } from './database.js';

/** Why numbers are not free: on their way to the collector already, or not yet what they are to be. Or they are urgent. */
export type HeldReason = 'c' | 'd' | 'u';

/** Numbers of this queue; or a claim of a queue in memory, whole, under the numbers that it gave. */
export type Held<T extends StoredText = StoredText> = readonly number[] | Claim<T>;

/** @param id - of the batch or the draft. */
export function hold(transaction: IDBTransaction, by: HeldReason, id: string, held: Held): void {
  transaction.objectStore('held').put(held, by + id);
}

/** Claims of queues in memory. */
export function holdClaims(transaction: IDBTransaction, claims: readonly Claim<StoredText>[]): void {
  for (const claim of claims) hold(transaction, 'c', claim.batchId, claim);
}

export function free(transaction: IDBTransaction, by: HeldReason, id: string): void {
  transaction.objectStore('held').delete(by + id);
}

/** @returns all numbers, those of urgent events below zero, and claims among them that hold none of this queue. */
export async function heldSeqs(transaction: IDBTransaction): Promise<ReadonlySet<unknown>> {
  return new Set((await result<unknown[]>(transaction.objectStore('held').getAll())).flat());
}

/** What drafts and batches hold. */
interface HeldBy<T extends StoredText> {
  readonly c: Held<T>;
  readonly d: readonly number[];
  readonly u: readonly number[];
}

/** What is held for that reason, by its ids. */
export async function heldBy<T extends StoredText, R extends HeldReason>(
  transaction: IDBTransaction,
  by: R,
): Promise<[id: string, held: HeldBy<T>[R]][]> {
  const range = IDBKeyRange.bound(by, `${by}~`);
  const held = await entries<string, HeldBy<T>[R]>(transaction.objectStore('held'), range);
  return held.map(([key, value]) => [key.slice(1), value]);
}

/** @returns what `holdClaims` holds. */
export async function adopted<T extends StoredText>(transaction: IDBTransaction): Promise<Claim<T>[]> {
  return (await heldBy<T, 'c'>(transaction, 'c')).flatMap(([, held]) => ('events' in held ? held : []));
}
