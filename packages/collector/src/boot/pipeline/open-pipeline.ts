import { join } from 'node:path';
import { LIMITS } from '@tidemark/protocol';
import { createLoadDecisions } from '../../batch/load-decisions.js';
import { createLoadTurns } from '../../batch/load-turns.js';
import { createLoader, type Loader } from '../../batch/loader.js';
import { createWaitingSince, type WaitingSince } from '../../batch/waiting-since.js';
import { type FileSystem, nodeFileSystem } from '../../disk/file-system.js';
import { createGatherCopies, type GatherCopies } from '../../ingest/gather-copies.js';
import { createNonces, type Nonces } from '../../ingest/nonces.js';
import type { IsErased } from '../../ingest/refuse-erased.js';
import { openSeenEventIds, type SeenEventIds } from '../../ingest/seen-event-ids.js';
import { createSeenEvents, type SeenEvents } from '../../ingest/seen-events.js';
import { decodeNotes } from '../../ingest/seen-note.js';
import { decodeServerNotes, isServerNotes } from '../../ingest/server-note.js';
import type { Logger } from '../../observe/logger.js';
import type { Metrics } from '../../observe/metrics.js';
import type { Circle } from '../../pipeline/circle.js';
import type { StoreConnection } from '../../store/connect.js';
import type { Refusal } from '../../store/refusal.js';
import { type DiskReserve, freeBytesAt } from '../../wal/disk-reserve.js';
import { type Journal, openJournal } from '../../wal/open-journal.js';
import { openWal, type Wal, type WalOptions } from '../../wal/open-wal.js';
import type { WalRecord } from '../../wal/record.js';
import type { Segment } from '../../wal/segment.js';
import { createStreamLoad } from './load-stream.js';
import { openReserve } from './open-reserve.js';
import { createPipelineMetrics } from './pipeline-metrics.js';
import { showSeen } from './show-seen.js';
import { createLoadedElsewhere } from './skip-loaded.js';
import { createWaitingSegments, type WaitingSegments } from './waiting-segments.js';
import { createWalEncoding, WAL_LAYOUT } from './wal-streams.js';

/** One load is under way at a time; the removal of the segment before it may not have come to the disk either. */
const BEGUN_MOST = 2;

export interface Pipeline {
  /** Where ingest writes; what is written there finds its way to the store. */
  readonly log: Pick<Wal, 'append' | 'barrier' | 'pendingBytes'>;
  readonly seen: SeenEvents;
  readonly seenEventIds: SeenEventIds;
  readonly nonces: Nonces;
  readonly copies: Pick<GatherCopies, 'note'>;
  readonly loader: Loader;
  /** What waits to be loaded, for who must know it. */
  readonly waiting: WaitingSegments;
  /** Why the disk did not take the last append; undefined when it did. */
  diskFault(): string | undefined;
  /** Whether the disk takes what comes, as far as is known. */
  takesEvents(): boolean;
  walSegments(): number;
  readonly waitingSince: Pick<WaitingSince, 'oldestMs' | 'records'>;
  readonly reserve: DiskReserve;
  close(): Promise<void>;
}

export interface PipelineOptions {
  readonly dataDirectory: string;
  /** With less free than this, nothing more is written to the WAL. */
  readonly reserveBytes: number;
  /** So many device queues are known at most. */
  readonly maxQueues: number;
  /** Whether an id of a visitor is of somebody who was erased; nobody is unless told. */
  readonly isErased?: IsErased;
  readonly store: StoreConnection;
  /** Resolves when the schema is there. */
  readonly storePrepared: Promise<void>;
  /** The collectors before the same store; without it this one is alone for good. */
  readonly circle?: Circle;
  /** Who reads along what is written to the WAL. */
  readonly reader?: WalOptions['reader'];
  readonly logger: Logger;
  readonly metrics: Metrics;
  /** The machine's own unless told otherwise. */
  readonly world?: World;
}

/** What the pipeline needs of the machine that it runs on. */
export interface World {
  readonly fileSystem: FileSystem;
  /** Bytes free where a directory lies. */
  readonly freeBytes: (directory: string) => Promise<number>;
  readonly now: () => number;
  readonly random: () => number;
}

const THIS_MACHINE: World = {
  fileSystem: nodeFileSystem,
  freeBytes: freeBytesAt,
  now: () => Date.now(), // whatever clock is there by then
  random: Math.random,
};

/** A commit waits so long for company; more would cost every answer, less would cost an fsync a request. */
const COMMIT_LINGER_MS = 2;
/** Far below what a reader of the WAL takes for damage, and little enough to be held in memory twice. */
const COMMIT_BYTES = 16 * 1_048_576;
/** Rows of one load: the views cost a sixth of what they cost at 1,000. */
const SEGMENT_ROWS = 20_000;
const SEGMENT_BYTES = 16 * 1_048_576;
/** The longest that a quiet collector keeps an event from the store. */
const LOAD_LINGER_MS = 150;
/**
 * Most of a load's CPU time is the same for 500 rows as for 15,000: some 10 ms a view. Who sends so much that segments fill of
 * themselves waits for full ones. The bound lies above what comes in a pause of this length at half of what the engine can take:
 * after one slow load the next are small again.
 */
const BUSY_LOAD_LINGER_MS = 400;
const BUSY_LOAD_ROWS = 13_000;

/** Everything between the answer to a client and the store, as the last process left it. */
export async function openPipeline(options: PipelineOptions): Promise<Pipeline> {
  const { logger, metrics, store, world = THIS_MACHINE } = options;
  const { fileSystem, now, random } = world;
  const directory = join(options.dataDirectory, 'wal');
  const measured = createPipelineMetrics(metrics, now);
  const journal = await openJournal(directory, 'seen.journal', fileSystem);
  const seen = createSeenEvents({
    journal,
    horizonMs: LIMITS.duplicateHorizonMs,
    now,
    maxQueues: options.maxQueues,
    onFull: measured.countFullQueues,
  });
  const idJournal = await openJournal(directory, 'event-ids.journal', fileSystem);
  const seenEventIds = await openSeenEventIds({
    directory: join(options.dataDirectory, 'event-ids'),
    fileSystem,
    journal: idJournal,
    horizonMs: LIMITS.duplicateHorizonMs,
    now,
  });
  const nonceJournal = await openJournal(directory, 'nonces.journal', fileSystem);
  const nonces = createNonces({ journal: nonceJournal, now });
  const waitingSince = createWaitingSince(now, () => loader.isIdle());
  const wal = await openWal({
    directory,
    fileSystem: measured.timedDisk(fileSystem),
    layout: WAL_LAYOUT,
    lingerMs: COMMIT_LINGER_MS,
    commitBytes: COMMIT_BYTES,
    segmentRows: SEGMENT_ROWS,
    segmentBytes: SEGMENT_BYTES,
    ...(options.reader && { reader: options.reader }),
    onRecovered: (content) => {
      const notes = notesOf(content.records);
      waitingSince.appended(
        content.records.length,
        Math.min(now(), ...notes.map(({ atMs }) => atMs).filter((atMs) => atMs > 0)),
      )(true);
      for (const note of notes) seen.restore(note);
      for (const note of serverNotesOf(content.records)) {
        seenEventIds.restore(note);
        nonces.restore(note);
      }
    },
  });
  const refusals = await openJournal(directory, 'refused.journal', fileSystem);
  const decisions = createLoadDecisions<Refusal>(refusals);
  const loadStream = createStreamLoad({ store, decisions, logger });
  const thenForget = (end: Wal['remove']) => async (segment: Segment) => {
    await end(segment);
    await decisions.clear();
  };
  const { total } = metrics;
  const turns =
    options.circle &&
    createLoadTurns({
      circle: options.circle,
      begunBefore: wal.recovery.segments.slice(0, BEGUN_MOST),
      ...createLoadedElsewhere({
        store,
        notesOf,
        now,
        countSkipped: total('tidemark_rows_loaded_elsewhere_total', 'Rows left out: another collector had loaded them'),
        countDoubtful: total(
          'tidemark_doubtful_rows_total',
          'Rows loaded again after a failure, and counted anew for it',
        ),
      }),
    });
  const loader = createLoader({
    wal: { ...wal, remove: thenForget(wal.remove), setAside: thenForget(wal.setAside) },
    turns: turns && {
      async begin(...segment) {
        await options.storePrepared;
        return turns.begin(...segment);
      },
    },
    async load(layout, stream, rows) {
      await options.storePrepared;
      return measured.load(rows.length, loadStream(layout, stream, rows));
    },
    async beforeRemove(records) {
      const [notes, serverNotes] = [notesOf(records), serverNotesOf(records)];
      measured.queryable([...notes, ...serverNotes].map(({ atMs }) => atMs));
      await seen.persist(notes);
      await seenEventIds.persist(serverNotes);
      await nonces.persist(serverNotes);
      waitingSince.loaded(records.length);
    },
    logger,
    metrics,
    random,
    lingerMs: LOAD_LINGER_MS,
    busyLingerMs: BUSY_LOAD_LINGER_MS,
    busyRows: BUSY_LOAD_ROWS,
  });
  tellOfRecovery(wal, [journal, idJournal, nonceJournal, refusals], logger, metrics);
  metrics.gauge('tidemark_wal_pending_bytes', 'Bytes accepted and not yet on disk', wal.pendingBytes);
  metrics.gauge('tidemark_wal_segments', 'Segments waiting for the store', () => wal.sealed().length);
  showSeen({ seen, seenEventIds, nonces, metrics });
  const reserve = await openReserve({
    ...{ reserveBytes: options.reserveBytes, logger, metrics },
    freeBytes: () => world.freeBytes(directory),
  });
  async function append(records: readonly WalRecord[]): Promise<void> {
    reserve.refuseWhenLow();
    const settled = waitingSince.appended(records.length);
    try {
      await measured.commit(wal.append(records));
      settled(true);
    } catch (error) {
      settled(false);
      metrics.countFailedAppend();
      reserve.onWriteFailed(error);
      throw error;
    }
    loader.nudge();
  }
  const encode = createWalEncoding();
  const copies = createGatherCopies({
    append: (rows) => append([encode.copies(rows)]),
    isErased: options.isErased ?? (() => false),
    now: () => performance.now(),
  });
  metrics.gauge(
    'tidemark_copies_left_out',
    'Deliveries with copies of which nothing was written down since the start',
    copies.leftOut,
  );
  loader.nudge();
  return {
    log: {
      append,
      barrier: wal.barrier,
      pendingBytes: wal.pendingBytes,
    },
    seen,
    seenEventIds,
    nonces,
    copies,
    loader,
    waiting: createWaitingSegments({
      wal,
      loader,
      flushCopies: copies.flush,
      list: () => fileSystem.list(directory),
    }),
    diskFault: measured.diskFault,
    takesEvents: () => measured.diskFault() === undefined && !reserve.isLow(),
    walSegments: () => wal.sealed().length,
    waitingSince,
    reserve,
    async close() {
      await copies.flush();
      reserve.stop();
      await loader.stop();
      await wal.close();
      await journal.close();
      await seenEventIds.close();
      await idJournal.close();
      await nonceJournal.close();
      await refusals.close();
    },
  };
}

function notesOf(records: readonly WalRecord[]) {
  return records.flatMap(({ note }) => (isServerNotes(note) ? [] : decodeNotes(note)));
}

function serverNotesOf(records: readonly WalRecord[]) {
  return records.flatMap(({ note }) => (isServerNotes(note) ? decodeServerNotes(note) : []));
}

function tellOfRecovery({ recovery }: Wal, journals: readonly Journal[], logger: Logger, metrics: Metrics): void {
  const { segments, rows, cutTails, cutBytes, gaps } = recovery;
  const journalDamage = journals.reduce((sum, { damagedBytes }) => sum + damagedBytes, 0);
  const quarantined = journals.reduce((sum, { setAside }) => sum + setAside, recovery.quarantined);
  metrics.gauge('tidemark_wal_recovered_rows', 'Rows found in the WAL at the start', () => rows);
  metrics.gauge('tidemark_wal_cut_tails', 'Segments whose torn end was cut at the start', () => cutTails);
  metrics.gauge('tidemark_wal_cut_bytes', 'Bytes cut from torn ends at the start', () => cutBytes);
  metrics.gauge('tidemark_wal_gaps', 'Damaged stretches passed over at the start', () => gaps);
  metrics.gauge(
    'tidemark_wal_quarantined',
    "Unreadable segments, and what is no file in their place or a journal's, set aside at the start",
    () => quarantined,
  );
  if (rows > 0) logger.info({ segments: segments.length, rows }, 'WAL recovered');
  if (cutTails + gaps + quarantined + journalDamage > 0) {
    logger.warn({ cutTails, cutBytes, gaps, quarantined, journalDamage }, 'WAL was damaged; what was good is kept');
  }
}
