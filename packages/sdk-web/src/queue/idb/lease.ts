import { result, written } from './database.js';

interface Lease {
  readonly holder: string;
  /** Epoch milliseconds. */
  readonly until: number;
}

/** Nobody takes one for longer: what ends later is of a clock that was set back since. */
const LONGEST_MS = 5_000;

/** Takes the lease on sending where no other holder has it. @returns whether it is the holder's now. */
export function takeLease(database: IDBDatabase, wanted: Lease, now: number): Promise<boolean> {
  return written(database, async (transaction) => {
    const meta = transaction.objectStore('meta');
    const held = await result<Lease | undefined>(meta.get('lease'));
    const isFree = !held || held.holder === wanted.holder || held.until < now || held.until > now + LONGEST_MS;
    if (isFree) meta.put(wanted, 'lease');
    return isFree;
  });
}
