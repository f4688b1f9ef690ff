import { type CutPolicy, cutBatch, LIMITS } from '@tidemark/protocol';
import type { Clock } from '../../browser/clock.js';
import { newId } from '../../browser/random-uuid.js';
import { storageQuotaBytes } from '../../browser/storage-quota.js';
import { cuttable } from '../cuttable.js';
import { createFreshEvents } from '../fresh-events.js';
import type { Added, Claim, LastingOutbox } from '../outbox.js';
import { singles } from '../singles.js';
import type { StoredText } from '../stored-text.js';
import { LONG_TIMES, withinTime } from '../within-time.js';
import { createContexts, forgetOldContexts } from './contexts.js';
import { begin, committed, openDatabase, result, written } from './database.js';
import type { Drafts } from './drafts.js';
import { evict } from './evict.js';
import { adopted, free, heldBy, hold, holdClaims } from './held.js';
import { takeLease } from './lease.js';
import { leaveClaim, withLeft } from './left.js';
import { nextEvents, openClaims } from './next-events.js';
import { knownWrites, noteWrites } from './settled-writes.js';
import { stretches } from './stretches.js';
import { createWriter, type Lost, type Write } from './writer.js';

export interface IdbOutboxOptions<T extends StoredText = string> extends Pick<Clock, 'now' | 'nowBy'> {
  readonly name: string;
  /** The most that may wait; what is above it is evicted, the oldest of the lowest priority first. */
  readonly maxBytes: number;
  readonly drafts: Drafts;
  /** What an earlier connection left behind. */
  readonly unsettled: readonly Write<T>[];
  /** @param events - 0 where it was looked and nothing was dropped. */
  readonly onDrop: (reason: 'evicted' | 'expired', events: number) => void;
  /** The database stopped working: deleted under us, closed by the browser, full. Told once; the outbox is dead then. */
  readonly onLost: (lost: Lost<T>) => void;
}

export interface IdbOutbox<T extends StoredText = string> {
  readonly outbox: LastingOutbox<T>;
  /** Those of the unsettled events that never reached the disk. */
  readonly unstored: readonly Added<T>[];
}

/** What is known of the queue when it opens. */
interface Found<T extends StoredText> {
  readonly queueId: string;
  readonly unstored: readonly Added<T>[];
}

/**
 * Opens the queue on disk. Tabs share it: IndexedDB numbers the events of all of them without gaps.
 *
 * @throws when the database cannot be opened; the caller goes on in memory.
 */
export async function openIdbOutbox<T extends StoredText = string>(
  options: IdbOutboxOptions<T>,
): Promise<IdbOutbox<T>> {
  const database = await openDatabase(options.name);
  try {
    const found = await readFound(database, options);
    return { outbox: createIdbOutbox(database, found.queueId, options), unstored: found.unstored };
  } catch (error) {
    database.close();
    throw error;
  }
}

function createIdbOutbox<T extends StoredText>(
  database: IDBDatabase,
  queueId: string,
  { now, nowBy, maxBytes, drafts, onDrop, onLost }: IdbOutboxOptions<T>,
): LastingOutbox<T> {
  const contexts = createContexts<T>();
  const fresh = createFreshEvents<T>();
  const writer = createWriter({ database, now, contexts, drafts, queueId, fresh, onWritten: makeRoom, onFailed: lose });
  let lost = false;
  /** A claim at a page's end that no other claim knows of yet. */
  let hasLeft = false;
  /** At most, as far as this page knows. Made exact before anything is evicted, and so at the first write. */
  let bytes = Infinity;
  let limit = maxBytes;

  function lose(): void {
    if (lost) return;
    lost = true;
    database.close(); // what is under way still comes to its end, and before anything of the next connection
    onLost(writer.lost());
  }
  database.onclose = lose; // by the browser
  database.onversionchange = ({ newVersion }) => {
    if (!newVersion) return lose(); // somebody deletes it
    orLose(count).then(lose, () => undefined); // a newer SDK upgrades it: one cannot look there again for the last writes
    database.close();
  };

  /** Of what was never sent, by the clock that makes it youngest: one that was set says nothing of how long it lay there. */
  const isYoung = (t = Infinity): boolean => nowBy(Math.min) - t <= LIMITS.duplicateHorizonMs;

  /** What was added in this task comes first. */
  function transact(): IDBTransaction {
    writer.flush();
    return begin(database, 'relaxed');
  }

  /** For reads and deletes: some browsers tell in no other way that the database is gone, or do not tell at all. */
  async function orLose<R>(work: () => Promise<R>): Promise<R> {
    try {
      return await withinTime(work(), LONG_TIMES);
    } catch (error) {
      lose();
      throw error;
    }
  }

  function makeRoom(added: number): void {
    bytes += added;
    if (bytes <= limit) return;
    bytes = -Infinity; // until it is known
    const settle = writer.flush();
    orLose(() => evict(database, limit)).then(
      (evicted) => {
        settle();
        bytes = evicted.bytes;
        fresh.remove(evicted.seqs);
        onDrop('evicted', evicted.seqs.length);
      },
      () => undefined, // the database is lost, and its successor makes room
    );
  }

  /**
   * Forced to the disk, as what leaves the device must be: a power cut may undo a relaxed commit; its numbers would be given
   * out again, and the collector would take the new events for copies of those it has.
   */
  async function claim(batchId: string, policy: CutPolicy): Promise<Claim<T> | undefined> {
    if (hasLeft) await findOpenClaims(); // the page lives after all
    const settle = writer.flush();
    const transaction = begin(database, 'strict');
    const isCommitted = committed(transaction).then(
      () => true,
      () => false, // a disk too full for this must still be emptied
    );
    const next = await nextEvents(transaction, contexts, policy.maxEvents, isYoung);
    settle();
    const events = next.events.slice(0, cutBatch(cuttable(next.events), policy));
    const seqs = events.map(({ seq }) => seq);
    for (const seq of next.expired) transaction.objectStore('events').delete(seq);
    if (events[0]) hold(transaction, 'c', batchId, seqs);
    fresh.remove([...seqs, ...next.expired]);
    const expired = (await isCommitted) ? next.expired.length : 0;
    onDrop('expired', expired);
    const left = next.events[events.length];
    if (events[0]) return { batchId, events, nextAt: left && next.nextAt !== 0 ? (left.t ?? 0) : next.nextAt };
    return expired ? claim(batchId, policy) : undefined;
  }

  function findOpenClaims(): Promise<readonly Claim<T>[]> {
    hasLeft = false;
    return withLeft(database, (transaction) => openClaims(transaction, contexts));
  }

  /** Ends a claim, and deletes those of its events that need nobody any more. */
  function end({ batchId, events, queueId }: Claim<T>): Promise<void> {
    return written(database, (transaction) => {
      if (!queueId)
        for (const stretch of stretches(events.map(({ seq }) => seq)))
          transaction.objectStore('events').delete(stretch);
      noteWrites(transaction, events, now());
      free(transaction, 'c', batchId);
    });
  }

  function release({ batchId }: Claim<T>): Promise<void> {
    return written(database, async (transaction) => {
      for (const claim of await adopted(transaction))
        if (claim.batchId === batchId) holdClaims(transaction, singles(claim, now()));
      free(transaction, 'c', batchId);
    });
  }

  async function count(): Promise<number> {
    const settle = writer.flush();
    const transaction = begin(database);
    const all = await result(transaction.objectStore('events').count());
    const drafts = await heldBy(transaction, 'd');
    settle();
    if (all === drafts.length) fresh.remove(); // another tab has sent them
    const others = (await adopted(transaction)).flatMap((claim) => claim.events);
    return all - drafts.length + others.length;
  }

  void storageQuotaBytes().then((quota) => {
    limit = Math.min(limit, quota / 10 || limit); // the page has data of its own to keep
  });

  return {
    queueId,
    storage: 'indexeddb',
    add: writer.add,
    saveDraft: writer.saveDraft,
    promoteDrafts: (living) => orLose(() => drafts.promote(transact, living)),
    claim: (batchId, policy) => orLose(() => claim(batchId, policy)),
    claimFresh(batchId, maxBytes) {
      writer.flush(); // the end of the view has its number already
      const events = fresh.last(maxBytes, isYoung);
      if (!events[0]) return undefined;
      const seqs = events.map(({ seq }) => seq);
      fresh.remove(seqs);
      try {
        leaveClaim(database, batchId, seqs);
        hasLeft = true;
        return { batchId, events };
      } catch {
        return undefined; // a connection that was closed: what it stored is the next one's
      }
    },
    openClaims: () => orLose(findOpenClaims),
    settle: (claim) => orLose(() => end(claim)),
    release: (claim) => orLose(() => release(claim)),
    adopt: (claims) => orLose(() => written(database, (transaction) => holdClaims(transaction, claims))),
    lease: (holder, until) => orLose(() => takeLease(database, { holder, until }, now())),
    count: () => orLose(count),
    close() {
      writer.flush();
      lost = true; // on purpose: it is not to be opened again
      database.close();
    },
  };
}

/** Waits for all writes of earlier connections, so that what it says of the unsettled ones stays true. */
function readFound<T extends StoredText>(
  database: IDBDatabase,
  { now, nowBy, unsettled }: IdbOutboxOptions<T>,
): Promise<Found<T>> {
  return written(database, async (transaction) => {
    const meta = transaction.objectStore('meta');
    const queueId = (await result<string | undefined>(meta.get('queueId'))) ?? newId(now());
    meta.put(queueId, 'queueId');
    const known = unsettled[0] && (await knownWrites(transaction));
    const unstored = unsettled.flatMap(({ id, events }) => (known?.has(id) ? [] : events));
    await forgetOldContexts(transaction, nowBy(Math.min));
    return { queueId, unstored };
  });
}
