import { retryDelayMs } from '@tidemark/protocol';
import type { Logger } from '../observe/logger.js';
import type { LoaderMetrics } from '../observe/metrics.js';
import type { WalRecord } from '../wal/record.js';
import type { Segment, SegmentContent } from '../wal/segment.js';
import type { LoadTurns } from './load-turns.js';

export interface LoaderOptions {
  readonly wal: {
    openRows(): number;
    seal(): Promise<void>;
    sealed(): readonly Segment[];
    read(segment: Segment): Promise<SegmentContent>;
    remove(segment: Segment): Promise<void>;
    setAside(segment: Segment): Promise<void>;
  };
  /**
   * Makes rows durable in the store, or says that it will never take some; sending the same rows again must change nothing.
   * Throws when they may be taken later.
   */
  readonly load: (layout: string, stream: number, rows: readonly Uint8Array[]) => Promise<LoadOutcome>;
  /** Says when a segment may be loaded and what of it, where other collectors load into the same store. */
  readonly turns?: LoadTurns;
  /** Makes durable what must outlive a segment; called before it is deleted. */
  readonly beforeRemove: (records: readonly WalRecord[]) => Promise<void>;
  readonly logger: Logger;
  readonly metrics: LoaderMetrics;
  readonly random: () => number;
  /** How long rows may wait for company before they are loaded. */
  readonly lingerMs: number;
  /** How long they may wait when they are many, for a segment to become full: a load costs what it costs, however small. */
  readonly busyLingerMs: number;
  /** So many rows of the last load are many. */
  readonly busyRows: number;
}

/** What became of the rows of one stream of a segment. */
export interface LoadOutcome {
  /** Rows that the store will never take as they are. */
  readonly refusedRows: number;
  /** Some of them lie nowhere else: the segment must stay. */
  readonly keep: boolean;
}

/** Carries segments from the WAL into the store, one at a time, in order, for as long as it takes. */
export interface Loader {
  /** Tells that rows were appended. */
  nudge(): void;
  /** Segments are loaded that far: true when nothing waits. */
  isIdle(): boolean;
  /** Ends after the load in flight; what is left stays in the WAL. */
  stop(): Promise<void>;
}

/** The store's outages end: the delay is capped low, the attempts are not counted. */
const RETRY = { baseMs: 200, maxMs: 5_000 };

export function createLoader(options: LoaderOptions): Loader {
  const { wal, logger, metrics } = options;
  let running: Promise<void> | undefined;
  let stopping = false;
  let nudged: NodeJS.Timeout | undefined;
  let pausing: { readonly timer: NodeJS.Timeout; readonly end: () => void; readonly untilFull: boolean } | undefined;

  async function run(): Promise<void> {
    let failures = 0;
    while (!stopping) {
      try {
        if (wal.sealed().length === 0) await wal.seal();
        const segment = wal.sealed()[0];
        if (!segment) return;
        const rows = await loadSegment(segment);
        failures = 0;
        // The next segment gathers rows meanwhile.
        if (wal.sealed().length === 0)
          await pause(rows >= options.busyRows ? options.busyLingerMs : options.lingerMs, true);
      } catch (error) {
        failures++;
        metrics.countFailedLoad();
        logger.warn({ error: String(error), failures }, 'load failed; trying again');
        await pause(retryDelayMs(failures, RETRY, options.random) + RETRY.baseMs);
      }
    }
  }

  /** @returns how many rows it had. */
  async function loadSegment(segment: Segment): Promise<number> {
    const { layout, records, damagedBytes } = await wal.read(segment);
    const turn = await options.turns?.begin(segment, layout, records);
    const taken = turn?.records ?? records;
    let refusedRows = 0;
    let keep = false;
    for (const [stream, rows] of byStream(taken)) {
      const outcome = await options.load(layout, stream, rows);
      refusedRows += outcome.refusedRows;
      keep ||= outcome.keep;
    }
    await turn?.end();
    await options.beforeRemove(records);
    if (keep) {
      logger.error({ path: segment.path }, 'segment holds rows that could be put nowhere; the file is kept');
      metrics.countKeptSegment();
    }
    if (damagedBytes > 0) {
      logger.error(
        { path: segment.path, damagedBytes },
        'segment is damaged; what was good is loaded, the file is kept',
      );
      metrics.countDamaged(damagedBytes);
    }
    if (keep || damagedBytes > 0) await wal.setAside(segment);
    else await wal.remove(segment);
    const rows = taken.reduce((sum, record) => sum + record.rowCount, 0);
    metrics.countLoaded(rows - refusedRows);
    metrics.countRefused(refusedRows);
    return rows;
  }

  /** @param untilFull - whether a full segment ends it. */
  async function pause(ms: number, untilFull = false): Promise<void> {
    if (stopping) return;
    await new Promise<void>((resolve) => {
      pausing = { timer: setTimeout(resolve, ms), end: resolve, untilFull };
    });
    clearTimeout(pausing?.timer);
    pausing = undefined;
  }

  function start(): void {
    if (running || stopping) return;
    running = run().finally(() => {
      running = undefined;
      if (!isIdle()) start(); // rows that came between the last look and the end
    });
  }

  function isIdle(): boolean {
    return !running && wal.sealed().length === 0 && wal.openRows() === 0;
  }

  return {
    nudge() {
      if (pausing?.untilFull && wal.sealed().length > 0) pausing.end();
      if (running || nudged || stopping) return;
      nudged = setTimeout(() => {
        nudged = undefined;
        start();
      }, options.lingerMs);
    },
    isIdle,
    async stop() {
      stopping = true;
      clearTimeout(nudged);
      pausing?.end();
      await running;
    },
  };
}

function byStream(records: readonly WalRecord[]): Map<number, Uint8Array[]> {
  const streams = new Map<number, Uint8Array[]>();
  for (const record of records) {
    const rows = streams.get(record.stream) ?? [];
    rows.push(record.rows);
    streams.set(record.stream, rows);
  }
  return streams;
}
