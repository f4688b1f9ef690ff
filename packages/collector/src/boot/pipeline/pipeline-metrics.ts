import type { FileSystem } from '../../disk/file-system.js';
import { LATENCY_SECONDS, type Metrics } from '../../observe/metrics.js';

/** How long the ways through the pipeline take, and how much goes at once. */
export interface PipelineMetrics {
  /** Times an append until it is durable, and remembers whether the disk takes writes. */
  commit(append: Promise<void>): Promise<void>;
  load<T>(rows: number, load: Promise<T>): Promise<T>;
  /** Told when what can be queried from now on had arrived, epoch milliseconds. */
  queryable(arrivals: readonly number[]): void;
  /** A batch of a new device queue found no room. */
  countFullQueues(): void;
  /** A disk whose syncs are timed. */
  timedDisk(disk: FileSystem): FileSystem;
  /** Why the disk did not take the last append; undefined when it did. */
  diskFault(): string | undefined;
}

const ROWS = [1, 10, 50, 100, 500, 1_000, 5_000, 10_000, 20_000, 50_000];
const LAG_SECONDS = [0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5, 15, 60, 300, 3_600];

export function createPipelineMetrics(metrics: Metrics, now: () => number): PipelineMetrics {
  const observeCommit = metrics.histogram('tidemark_commit_seconds', 'From append to stable storage', LATENCY_SECONDS);
  const observeSync = metrics.histogram('tidemark_wal_sync_seconds', 'One sync of the WAL to disk', LATENCY_SECONDS);
  const observeLoad = metrics.histogram('tidemark_load_seconds', 'One load into the store', LATENCY_SECONDS);
  const observeRows = metrics.histogram('tidemark_load_rows', 'Rows of one load', ROWS);
  const observeLag = metrics.histogram(
    'tidemark_queryable_seconds',
    'From arrival until it can be queried',
    LAG_SECONDS,
  );
  const countFull = metrics.total(
    'tidemark_full_queues_total',
    'Batches of new device queues that found no room and got 503',
  );
  let diskFault: string | undefined;

  async function timed<T>(work: Promise<T>, observe: (seconds: number) => void): Promise<T> {
    const startedAt = performance.now();
    const outcome = await work;
    observe((performance.now() - startedAt) / 1_000);
    return outcome;
  }

  return {
    async commit(append) {
      try {
        await timed(append, observeCommit);
        diskFault = undefined;
      } catch (error) {
        diskFault = String(error);
        throw error;
      }
    },
    async load(rows, load) {
      const outcome = await timed(load, observeLoad);
      observeRows(rows);
      return outcome;
    },
    queryable(arrivals) {
      const nowMs = now();
      for (const atMs of arrivals) if (atMs > 0) observeLag(Math.max(0, nowMs - atMs) / 1_000);
    },
    countFullQueues: () => countFull(1),
    timedDisk(disk) {
      const withTimedSync = (file: Awaited<ReturnType<FileSystem['create']>>) => ({
        ...file,
        sync: () => timed(file.sync(), observeSync),
      });
      return { ...disk, create: async (path) => withTimedSync(await disk.create(path)) };
    },
    diskFault: () => diskFault,
  };
}
