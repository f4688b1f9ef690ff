import { randomBytes } from 'node:crypto';
import type { FileSystem } from '../disk/file-system.js';
import { TidemarkError } from '../observe/errors.js';
import { joinIds, packId } from './event-ids/id-bytes.js';
import { createRecentIds, type RecentIds } from './event-ids/recent-ids.js';
import { openRunShelf } from './event-ids/run-shelf.js';
import type { SeenJournal } from './seen-events.js';
import { decodeServerNotes, encodeServerNotes, type ServerNote } from './server-note.js';

/** Events that have no queue and are on their way to the disk. Exactly one of the two ends a claim. */
export interface IdClaim {
  /** For each id asked about, in order. */
  readonly verdicts: readonly ('new' | 'seen')[];
  /** The new ones, packed, for the note. */
  readonly newIds: readonly string[];
  /** Resolves when the originals of the copies are durable; rejects when one did not get there. */
  readonly originals: Promise<void>;
  /** They are durable. */
  confirm(): void;
  /** They did not reach the disk: a retry must be taken as new, and copies that wait are told. */
  release(error: unknown): void;
}

/** Remembers events by their id, exactly, on disk: what has no place in a queue. */
export interface SeenEventIds {
  /** @throws {TidemarkError} `event_ids_unusable`: the disk does not take them, or cannot be read. */
  claim(workspaceId: string, eventIds: readonly string[]): Promise<IdClaim>;
  /** Takes in what an earlier process had noted. */
  restore(note: ServerNote): void;
  /** Makes notes durable apart from the segment they came with; called before the segment is deleted. */
  persist(notes: readonly ServerNote[]): Promise<void>;
  figures(): SeenEventIdsFigures;
  /** Resolves when what goes on in the background has ended. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

export interface SeenEventIdsFigures {
  /** Ids that are recognised; one may be counted twice until files are merged. */
  readonly ids: number;
  /** Of these, in memory. */
  readonly recentIds: number;
  readonly runs: number;
  /** Indexes and filters of the runs. */
  readonly indexBytes: number;
  readonly damaged: number;
  readonly failedWrites: number;
}

export interface SeenEventIdsOptions {
  readonly directory: string;
  readonly fileSystem: FileSystem;
  readonly journal: SeenJournal;
  /** An id is forgotten no sooner than so long after it came, and at most a day later. */
  readonly horizonMs: number;
  readonly now: () => number;
  readonly bounds?: Partial<IdBounds>;
}

export interface IdBounds {
  /** Ids in memory that make a run. About 100 bytes each. */
  readonly flushAt: number;
  /** More in memory, since the disk takes no runs, and nothing more is claimed. */
  readonly recentMax: number;
  readonly mergeAt: number;
  readonly filterBytesMax: number;
  readonly journalBytes: number;
}

const BOUNDS: IdBounds = {
  flushAt: 65_536,
  recentMax: 524_288,
  mergeAt: 8,
  filterBytesMax: 64 * 1_048_576,
  journalBytes: 4 * 1_048_576,
};
const DAY_MS = 86_400_000;
/** A disk that refused a run is asked again after so long. */
const RETRY_MS = 1_000;
const TIDY_EVERY_MS = 3_600_000;

/** Opens the set as an earlier process left it; what was not noted in its files lies in the WAL and is restored from there. */
export async function openSeenEventIds(options: SeenEventIdsOptions): Promise<SeenEventIds> {
  const { journal, now, directory, fileSystem } = options;
  const bounds = { ...BOUNDS, ...options.bounds };
  const shelf = await openRunShelf({
    directory,
    fileSystem,
    random: () => randomBytes(4).readUInt32LE(0),
    mergeAt: bounds.mergeAt,
    smallestRun: bounds.flushAt,
    filterBytesMax: bounds.filterBytesMax,
  });
  let recent = createRecentIds();
  /** Being written to a run. */
  let leaving = createRecentIds();
  const inFlight = new Map<string, Map<string, Promise<void>>>();
  let tending: Promise<void> | undefined;
  let tidyAt = 0;
  let retryAt = 0;
  let failedWrites = 0;
  /** One write to the journal at a time. */
  let journalTail: Promise<void> = Promise.resolve();
  for (const entry of journal.takeEntries()) for (const note of decodeServerNotes(entry)) restore(note);

  function restore({ workspaceId, atMs, ids }: ServerNote): void {
    for (const id of ids) recent.add(workspaceId, id, dayOf(atMs));
  }

  function writeJournal(write: () => Promise<void>): Promise<void> {
    journalTail = journalTail.catch(() => undefined).then(write);
    return journalTail;
  }

  /** Work on the files goes on beside acceptance, one thing at a time. */
  function tend(): void {
    const isFull = recent.count() >= bounds.flushAt || journal.sizeBytes() >= bounds.journalBytes;
    if (tending || now() < (isFull ? retryAt : tidyAt)) return;
    tending = tendNow(isFull)
      .then(() => {
        tidyAt = now() + TIDY_EVERY_MS;
      })
      .catch(() => {
        failedWrites++; // seen in the metrics; what was not written is still in memory, and in the WAL or the journal
        retryAt = now() + RETRY_MS;
        tidyAt = retryAt;
      })
      .finally(() => {
        tending = undefined;
      });
  }

  async function tendNow(isFull: boolean): Promise<void> {
    if (isFull) await flush();
    await shelf.tidy(dayOf(now()), oldestDay());
  }

  async function flush(): Promise<void> {
    leaving = recent;
    recent = createRecentIds();
    try {
      for (const [day, workspaces] of leaving.byDay()) if (day >= oldestDay()) await shelf.add(day, workspaces);
    } catch (error) {
      leaving.forEach(recent.add);
      throw error;
    } finally {
      leaving = createRecentIds();
    }
    await writeJournal(() => journal.compact([encodeServerNotes(notesOf(recent))]));
  }

  function oldestDay(): number {
    return dayOf(now() - options.horizonMs);
  }

  function flightOf(workspaceId: string): Map<string, Promise<void>> {
    const flight = inFlight.get(workspaceId) ?? new Map<string, Promise<void>>();
    inFlight.set(workspaceId, flight);
    return flight;
  }

  async function claim(workspaceId: string, eventIds: readonly string[]): Promise<IdClaim> {
    if (recent.count() + leaving.count() >= bounds.recentMax) {
      tend();
      throw new TidemarkError('event_ids_unusable', 'the disk takes no more event ids; is it full or failing?');
    }
    const ids = eventIds.map(packId);
    const flight = flightOf(workspaceId);
    const end = deferred();
    const verdicts: ('new' | 'seen')[] = [];
    const originals = new Set<Promise<void>>();
    const asked: number[] = [];
    // No await up to the look at the files: an id is in flight, in memory or in a file at any moment.
    for (const [at, id] of ids.entries()) {
      const original = flight.get(id);
      const isNew = !original && !recent.has(workspaceId, id) && !leaving.has(workspaceId, id);
      verdicts.push(isNew ? 'new' : 'seen');
      if (isNew) {
        flight.set(id, end.promise);
        asked.push(at);
      } else if (original && original !== end.promise) originals.add(original); // a copy within the batch needs no waiting
    }

    function land(): string[] {
      const landed = ids.filter((id, at) => verdicts[at] === 'new' && flight.get(id) === end.promise);
      for (const id of landed) flight.delete(id);
      if (flight.size === 0 && inFlight.get(workspaceId) === flight) inFlight.delete(workspaceId);
      return landed;
    }

    function release(error: unknown): void {
      land();
      end.reject(error);
    }

    try {
      const inFiles = await shelf.find(workspaceId, joinIds(ids), asked);
      for (const at of inFiles) {
        verdicts[at] = 'seen';
        flight.delete(ids[at] as string); // asked about above
      }
    } catch (cause) {
      const message = 'the files of event ids cannot be read; is the disk failing?';
      const error = new TidemarkError('event_ids_unusable', message, { cause });
      release(error);
      throw error;
    }
    const day = dayOf(now());
    return {
      verdicts,
      newIds: ids.filter((_, at) => verdicts[at] === 'new'),
      originals: handled(Promise.all(originals).then(() => undefined)),
      confirm() {
        for (const id of land()) recent.add(workspaceId, id, day);
        end.resolve();
        tend();
      },
      release,
    };
  }

  tend();
  return {
    claim,
    restore(note) {
      restore(note);
      tend(); // a WAL that waited long for the store holds more than memory should
    },
    async persist(notes) {
      if (notes.length > 0) await writeJournal(() => journal.append(encodeServerNotes(notes)));
      tend();
    },
    figures: () => ({
      ids: shelf.ids() + recent.count() + leaving.count(),
      recentIds: recent.count() + leaving.count(),
      runs: shelf.runs(),
      indexBytes: shelf.memoryBytes(),
      damaged: shelf.damaged(),
      failedWrites,
    }),
    async settled() {
      while (tending) await tending;
    },
    async close() {
      while (tending) await tending;
      await shelf.close();
    },
  };
}

function dayOf(atMs: number): number {
  return Math.floor(atMs / DAY_MS);
}

function notesOf(ids: RecentIds): ServerNote[] {
  return [...ids.byDay()].flatMap(([day, workspaces]) =>
    [...workspaces].map(([workspaceId, list]) => {
      return { workspaceId, atMs: day * DAY_MS, nonce: '', nonceUntilMs: 0, ids: list };
    }),
  );
}

function deferred() {
  let resolve = (): void => undefined;
  let reject = (_error: unknown): void => undefined;
  const promise = new Promise<void>((onDone, onFault) => {
    resolve = onDone;
    reject = onFault;
  });
  return { promise: handled(promise), resolve, reject };
}

/** Whoever waits for it is told; when nobody does, that is no fault. */
function handled(promise: Promise<void>): Promise<void> {
  promise.catch(() => undefined);
  return promise;
}
