import type { EpochMs } from '@tidemark/protocol';
import type { IsErased } from './refuse-erased.js';
import { WORKSPACE_SHARE } from './seen-events.js';

/** Events of one delivery that had been taken before. */
export interface DeliveredCopies {
  readonly workspaceId: string;
  readonly appId: string;
  readonly queueId: string;
  readonly visitorId: string;
  readonly receivedAt: EpochMs;
  readonly copies: number;
  /** The lowest and the highest of their numbers. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** How many events had been taken more than an hour before, and the highest number of these. */
  readonly kept: number;
  readonly keptSeq: number;
  readonly firstOccurredAt: EpochMs;
  readonly lastOccurredAt: EpochMs;
}

/** What came again of one queue within seconds. */
export interface GatheredCopies extends DeliveredCopies {
  /** In how many deliveries the one with the lowest number was. */
  readonly times: number;
}

/** Gathers copies, so that whoever sends the same a thousand times a second fills no log with it. */
export interface GatherCopies {
  note(delivered: DeliveredCopies): void;
  /** Deliveries of which nothing was written down: too many queues sent copies at once, or the log did not take it. */
  leftOut(): number;
  /** Writes down what is gathered by now; resolves when it is durable, or left out. */
  flush(): Promise<void>;
}

export interface GatherCopiesOptions {
  /** Resolves when they are durable. */
  readonly append: (rows: readonly GatheredCopies[]) => Promise<void>;
  /** Asked when it is written down: what was gathered of somebody before they were erased is nobody's any more. */
  readonly isErased: IsErased;
  readonly now: () => number;
}

/** A flag is seconds behind what gives cause for it, at the most. */
const WRITE_EVERY_MS = 1_000;
/** So often one queue is written down: a hundred bytes. */
export const QUEUE_EVERY_MS = 10_000;
/** In any ten seconds, and of one workspace three quarters of them; far more than lose an answer of any collector's. */
export const QUEUES_MAX = 2_000;

interface Gathering {
  readonly workspaceId: string;
  /** Deliveries that are in it. */
  deliveries: number;
  gathered: GatheredCopies | undefined;
  /** When it may be written down. */
  dueMs: number;
}

export function createGatherCopies({ append, isErased, now }: GatherCopiesOptions): GatherCopies {
  const queues = new Map<string, Gathering>();
  const countOf = new Map<string, number>();
  let isAwaited = false;
  let writing: Promise<void> = Promise.resolve();
  let leftOut = 0;

  function isFull(workspaceId: string): boolean {
    return queues.size >= QUEUES_MAX || countIn(workspaceId) >= Math.floor(QUEUES_MAX * WORKSPACE_SHARE);
  }
  function countIn(workspaceId: string): number {
    return countOf.get(workspaceId) ?? 0;
  }

  function write(isDue: (queue: Gathering) => boolean): void {
    const rows: GatheredCopies[] = [];
    let deliveries = 0;
    for (const [key, queue] of queues) {
      if (!isDue(queue)) continue;
      if (queue.gathered) {
        const { workspaceId, visitorId } = queue.gathered;
        if (!isErased(workspaceId, visitorId)) {
          rows.push(queue.gathered);
          deliveries += queue.deliveries;
        }
        Object.assign(queue, { deliveries: 0, gathered: undefined, dueMs: now() + QUEUE_EVERY_MS });
      } else {
        queues.delete(key);
        countOf.set(queue.workspaceId, countIn(queue.workspaceId) - 1);
      }
    }
    if (rows.length === 0) return;
    const before = writing;
    const written = append(rows).catch(() => {
      leftOut += deliveries; // of a full or failing disk, which is told by others
    });
    writing = before.then(() => written);
  }

  function writeSoon(): void {
    if (isAwaited) return;
    isAwaited = true;
    setTimeout(() => {
      isAwaited = false;
      const nowMs = now();
      write(({ dueMs }) => dueMs <= nowMs);
      if (queues.size > 0) writeSoon();
    }, WRITE_EVERY_MS).unref();
  }

  return {
    note(delivered) {
      const { workspaceId, queueId, visitorId } = delivered;
      const key = `${workspaceId} ${queueId} ${visitorId}`;
      let queue = queues.get(key);
      if (!queue) {
        if (isFull(workspaceId)) {
          leftOut++;
          return;
        }
        queue = { workspaceId, deliveries: 0, gathered: undefined, dueMs: 0 };
        queues.set(key, queue);
        countOf.set(workspaceId, countIn(workspaceId) + 1);
      }
      queue.deliveries++;
      queue.gathered = together(queue.gathered, delivered);
      writeSoon();
    },
    leftOut: () => leftOut,
    flush() {
      write(() => true);
      return writing;
    },
  };
}

function together(before: GatheredCopies | undefined, delivered: DeliveredCopies): GatheredCopies {
  if (!before) return { ...delivered, times: 1 };
  const { firstSeq } = before;
  const timesOfFirst = delivered.firstSeq === firstSeq ? before.times + 1 : before.times;
  return {
    ...delivered,
    times: delivered.firstSeq < firstSeq ? 1 : timesOfFirst,
    copies: before.copies + delivered.copies,
    firstSeq: Math.min(firstSeq, delivered.firstSeq),
    lastSeq: Math.max(before.lastSeq, delivered.lastSeq),
    // Each number once, as far as they count up: an answer may be lost more than once.
    kept: before.kept + Math.min(delivered.kept, Math.max(0, delivered.keptSeq - before.keptSeq)),
    keptSeq: Math.max(before.keptSeq, delivered.keptSeq),
    firstOccurredAt: Math.min(before.firstOccurredAt, delivered.firstOccurredAt),
    lastOccurredAt: Math.max(before.lastOccurredAt, delivered.lastOccurredAt),
  };
}
