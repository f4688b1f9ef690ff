import { join } from 'node:path';
import { uuidV7 } from '@tidemark/protocol';
import { createRandom } from '../load/random.js';
import { seededId } from '../load/seeded-ids.js';
import { withTemporaryDirectory } from '../process/temporary-directory.js';
import { loadParts, type SeenEventIds } from './collector-parts.js';

export interface QueueFigures {
  readonly queues: number;
  readonly bytesPerQueue: number;
  /** Of one queue with so many events, in order. */
  readonly events: number;
  readonly bytesOfOneQueue: number;
}

export interface IdFigures {
  readonly ids: number;
  /** In memory in all, the ids that wait included: heap and buffers, after a collection. */
  readonly memoryBytes: number;
  /** Of these, indexes and filters of the files. */
  readonly indexBytes: number;
  readonly recentIds: number;
  readonly runs: number;
  /** CPU time of taking one in, merges in the background included, disk syncs not. */
  readonly takeMicros: number;
  /** CPU time of asking after one that is new, and after one that is not. */
  readonly freshMicros: number;
  readonly copyMicros: number;
}

const WORKSPACE = 'benchmark';
const BATCH = 1_000;
const ASKED = 20_000;
const DAY_MS = 86_400_000;
const HORIZON_MS = 7 * DAY_MS;

/** What the memory of queues holds, by their places. Runs in a process of its own, with `--expose-gc`. */
export async function measureQueues(queues: number, events: number): Promise<QueueFigures> {
  const { createSeenEvents } = await loadParts();
  const create = () => {
    const journal = { takeEntries: () => [], sizeBytes: () => 0, append: async () => {}, compact: async () => {} };
    return createSeenEvents({ journal, horizonMs: HORIZON_MS, now: Date.now });
  };
  const claim = (seen: ReturnType<typeof create>, queueId: string, seqs: readonly number[]) =>
    seen.claim({ workspaceId: WORKSPACE, queueId, permanent: false }, seqs).confirm();

  const random = createRandom(1);
  const emptyBytes = usedBytes();
  const many = create();
  for (let queue = 0; queue < queues; queue++) claim(many, seededId(random, Date.now()), [1]);
  const bytesPerQueue = (usedBytes() - emptyBytes) / many.queues();

  const beforeBytes = usedBytes();
  const one = create();
  for (let seq = 1; seq <= events; seq += BATCH) {
    claim(
      one,
      '0198c0de-2222-7000-8000-000000000001',
      Array.from({ length: BATCH }, (_, n) => seq + n),
    );
  }
  const bytesOfOneQueue = (usedBytes() - beforeBytes) / one.queues();
  return { queues: many.queues(), bytesPerQueue: Math.round(bytesPerQueue), events, bytesOfOneQueue };
}

/** What ids cost that come over a week, a thousand a batch: real files, synced. */
export function measureIds(count: number): Promise<IdFigures> {
  return withTemporaryDirectory(async (directory) => {
    const { openSeenEventIds, openJournal, nodeFileSystem } = await loadParts();
    const start = Math.floor(Date.now() / DAY_MS) * DAY_MS;
    let now = start;
    const emptyBytes = usedBytes();
    const journal = await openJournal(join(directory, 'wal'), 'event-ids.journal', nodeFileSystem);
    const seen = await openSeenEventIds({
      directory: join(directory, 'ids'),
      fileSystem: nodeFileSystem,
      journal,
      horizonMs: HORIZON_MS,
      now: () => now,
    });
    let micros = 0;
    for (let first = 0; first < count; first += BATCH) {
      now = start + Math.floor((first / count) * HORIZON_MS);
      micros += await ask(seen, idsFrom(first, start, count), 'new', now);
      if (first % (64 * BATCH) === 0) micros += await cpuOf(() => seen.settled()); // as fast as the disk
    }
    micros += await cpuOf(() => seen.settled());
    const figures = seen.figures();
    const memoryBytes = usedBytes() - emptyBytes;
    let copyMicros = 0;
    for (let asked = 0; asked < ASKED; asked += BATCH) {
      const first = Math.floor(((asked / ASKED) * count) / BATCH) * BATCH;
      copyMicros += await ask(seen, idsFrom(first, start, count), 'seen', now);
    }
    let freshMicros = 0;
    for (let asked = 0; asked < ASKED; asked += BATCH) {
      freshMicros += await ask(seen, idsFrom(count + asked, start, count), 'new', now);
    }
    await seen.close();
    return {
      ids: count,
      memoryBytes,
      indexBytes: figures.indexBytes,
      recentIds: figures.recentIds,
      runs: figures.runs,
      takeMicros: micros / count,
      freshMicros: freshMicros / ASKED,
      copyMicros: copyMicros / ASKED,
    };
  });
}

/** One batch, as acceptance and loader treat it. @returns CPU time in microseconds. @throws when a verdict is wrong. */
async function ask(seen: SeenEventIds, ids: readonly string[], expected: string, atMs: number): Promise<number> {
  let wrong = 0;
  const micros = await cpuOf(async () => {
    const claim = await seen.claim(WORKSPACE, ids);
    for (const verdict of claim.verdicts) if (verdict !== expected) wrong++;
    claim.confirm();
    const note = { workspaceId: WORKSPACE, atMs, nonce: '', nonceUntilMs: 0, ids: claim.newIds };
    if (claim.newIds.length > 0) await seen.persist([note]);
  });
  if (wrong > 0) throw new Error(`${wrong} of ${ids.length} ids were not ${expected}`);
  return micros;
}

/** The ids of one batch, spread over the week as they are numbered. */
function idsFrom(first: number, start: number, count: number): string[] {
  return Array.from({ length: BATCH }, (_, n) => {
    const number = first + n;
    const random = createRandom(number);
    const bytes = Uint8Array.from({ length: 10 }, () => Math.floor(random() * 256));
    return uuidV7(start + Math.floor((number / count) * HORIZON_MS), bytes);
  });
}

async function cpuOf(work: () => Promise<void>): Promise<number> {
  const before = process.cpuUsage();
  await work();
  const { user, system } = process.cpuUsage(before);
  return user + system;
}

function usedBytes(): number {
  globalThis.gc?.();
  globalThis.gc?.(); // what the first one released from buffers
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}
