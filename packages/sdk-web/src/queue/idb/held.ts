import { entries, result } from './database.js';

/** Why numbers are not free: on their way to the collector already, or not yet what they are to be. */
export type HeldBy = 'c' | 'd';

/** @param id - of the batch or the draft. */
export function hold(transaction: IDBTransaction, by: HeldBy, id: string, seqs: readonly number[]): void {
  transaction.objectStore('held').put(seqs, by + id);
}

export function free(transaction: IDBTransaction, by: HeldBy, id: string): void {
  transaction.objectStore('held').delete(by + id);
}

export async function heldSeqs(transaction: IDBTransaction): Promise<ReadonlySet<number>> {
  return new Set((await result<number[][]>(transaction.objectStore('held').getAll())).flat());
}

/** What is held for that reason: ids with their numbers. */
export async function heldBy(transaction: IDBTransaction, by: HeldBy): Promise<[id: string, seqs: number[]][]> {
  const held = await entries<string, number[]>(transaction.objectStore('held'), IDBKeyRange.bound(by, `${by}~`));
  return held.map(([key, seqs]) => [key.slice(1), seqs]);
}
