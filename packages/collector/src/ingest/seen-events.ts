import type { QueueLedger } from '@tidemark/protocol';
import { HttpProblem } from '../observe/http-problem.js';
import { queueLedger } from './queue-ledger.js';
import {
  type Drops,
  decodeNotes,
  encodeNotes,
  forEachDrop,
  forEachRange,
  mergeNotes,
  type SeenNote,
} from './seen-note.js';
import { addRange, hasSeq, removeRange, type SeqIntervals } from './seq-intervals.js';
import { keptUpTo, NOTHING_TAKEN, noteTaken, type TakenTimes } from './taken-times.js';

/** Where notes outlive the segments they came with. */
export interface SeenJournal {
  /** Those of former lives, once. */
  takeEntries(): readonly Uint8Array[];
  sizeBytes(): number;
  append(entry: Uint8Array): Promise<void>;
  compact(entries: readonly Uint8Array[]): Promise<void>;
}

export type SeqVerdict = 'new' | 'seen' | 'refused';

/** Events that were recognised as new and are on their way to the disk. Exactly one of the two ends a claim. */
export interface Claim {
  /** For each number asked about, in order. `refused`: new, but its queue has too many gaps to be remembered. */
  readonly verdicts: readonly SeqVerdict[];
  /** All of the queue that were taken up to this number were so more than an hour before. */
  readonly keptUpTo: number;
  /** The new numbers and what else the batch tells of its queue, to be written beside the rows. */
  readonly note: SeenNote;
  /** They are durable. */
  confirm(): void;
  /** They did not reach the disk: a retry must be taken as new. */
  release(): void;
}

export interface QueueName {
  readonly workspaceId: string;
  readonly queueId: string;
  /** The queue is history, which may be sent again at any time: never forget it. */
  readonly permanent: boolean;
}

/** What a batch tells of its queue beside the events that are good. */
export interface Told {
  /** Numbers of the events that were refused. */
  readonly rejected: readonly number[];
  /** How many events the device gave up, by the number of the good event that says so. */
  readonly drops: Drops;
}

/** Remembers which events were taken, so that a copy is recognised whatever batch and whatever way it comes. */
export interface SeenEvents {
  /** @throws {HttpProblem} 503 for a queue that is not known when there are as many as may be. */
  claim(queue: QueueName, seqs: readonly number[], told?: Told): Claim;
  /** Takes in what an earlier process had noted. */
  restore(note: SeenNote): void;
  /** Makes notes durable apart from the segment they came with; called before the segment is deleted. */
  persist(notes: readonly SeenNote[]): Promise<void>;
  /** What became of a queue's events, as far as it is durable; undefined for a queue that is not known. */
  ledger(workspaceId: string, queueId: string): QueueLedger | undefined;
  queues(): number;
}

export interface SeenEventsOptions {
  readonly journal: SeenJournal;
  /** A queue that sent nothing for so long is forgotten. */
  readonly horizonMs: number;
  readonly now: () => number;
  /** So many queues at most, and of one workspace three quarters of them; without bound unless told. */
  readonly maxQueues?: number;
  /** Told of each batch of a new queue that found no room. */
  readonly onFull?: () => void;
}

interface QueueSeen extends TakenTimes {
  readonly workspaceId: string;
  readonly queueId: string;
  permanent: boolean;
  readonly intervals: SeqIntervals;
  /** Claimed and not yet durable: recognised as copies, but never written down as taken. */
  readonly inFlight: SeqIntervals[];
  /** Durably refused. A number may be in `intervals` as well, when it was taken later. */
  readonly rejected: SeqIntervals;
  /** Given up by the device, as durable events of it say. */
  dropped: number;
  /** When its last batch came, as far as notes tell. */
  lastSeenMs: number;
  /** From here on silence counts: its last batch, or the start of this process, which may have been away. */
  silentSinceMs: number;
}

/**
 * A queue numbers without gaps, so that what is missing is on its way, or was rejected. A queue with more gaps than this is
 * no queue of ours; remembering each would cost memory and time without bound. As it is, a queue costs about 600 bytes, each
 * gap and each stretch of refused numbers 16 more: a third of a megabyte at the very most.
 */
const GAPS_MAX = 10_000;

/** Whoever makes up queues by a page's key must not take the room of all other workspaces. */
export const WORKSPACE_SHARE = 0.75;
/** Room comes as queues fall silent for days: sooner there is nothing to look for, nor to try again. */
const LOOK_FOR_ROOM_MS = 60_000;

const NOTHING_TOLD: Told = { rejected: [], drops: new Map() };

/** The journal is rewritten as one note a queue when it has grown past this. */
const COMPACT_AT_BYTES = 4 * 1_048_576;

export function createSeenEvents(options: SeenEventsOptions): SeenEvents {
  const { maxQueues = Number.POSITIVE_INFINITY } = options;
  const queues = new Map<string, QueueSeen>();
  const countOf = new Map<string, number>();
  let lookAgainAt = 0;
  let compactAt = COMPACT_AT_BYTES;
  for (const entry of options.journal.takeEntries()) for (const note of decodeNotes(entry)) restore(note);

  /** @param mayOpen - throws where there is no room for one that is not known. */
  function queueOf(name: QueueName, mayOpen?: (workspaceId: string) => void): QueueSeen {
    const { workspaceId } = name;
    const queueId = name.queueId.toLowerCase(); // the same UUID however it is written
    const key = keyOf(workspaceId, queueId);
    let queue = queues.get(key);
    if (!queue) {
      mayOpen?.(workspaceId);
      queue = {
        workspaceId,
        queueId,
        permanent: false,
        intervals: [],
        inFlight: [],
        rejected: [],
        dropped: 0,
        lastSeenMs: 0,
        silentSinceMs: 0,
        ...NOTHING_TAKEN,
      };
      queues.set(key, queue);
      countOf.set(workspaceId, (countOf.get(workspaceId) ?? 0) + 1);
    }
    queue.permanent ||= name.permanent;
    queue.silentSinceMs = options.now();
    return queue;
  }

  function restore(note: SeenNote): void {
    const queue = queueOf(note);
    const { intervals } = queue;
    // A note may be read twice, from the journal and from its segment: what an event said is counted with the event.
    forEachDrop(note.drops, (seq, count) => {
      if (!hasSeq(intervals, seq)) queue.dropped += count;
    });
    const atMs = note.atMs || options.now();
    forEachRange(note.seqs, (first, last) => take(queue, first, last, atMs));
    addRejected(queue, note.rejected);
    queue.lastSeenMs = Math.max(queue.lastSeenMs, atMs);
  }

  function take(queue: QueueSeen, first: number, last: number, atMs: number): void {
    noteTaken(queue, first, queue.intervals.at(-1) ?? 0, atMs);
    addRange(queue.intervals, first, last);
  }

  /** Refused numbers are bounded like gaps; one that finds no room stays among the missing. */
  function addRejected({ rejected }: QueueSeen, ranges: readonly number[]): void {
    forEachRange(ranges, (first, last) => {
      const joins = rejected.length < 2 * GAPS_MAX || hasSeq(rejected, first - 1) || hasSeq(rejected, last + 1);
      if (joins) addRange(rejected, first, last);
    });
  }

  function forget({ workspaceId, queueId }: QueueSeen): void {
    queues.delete(keyOf(workspaceId, queueId));
    countOf.set(workspaceId, (countOf.get(workspaceId) ?? 0) - 1);
  }

  /** Those that are known go on, whatever else comes. */
  function refuseWhenFull(workspaceId: string): void {
    const isFull = () =>
      queues.size >= maxQueues || (countOf.get(workspaceId) ?? 0) >= Math.floor(maxQueues * WORKSPACE_SHARE);
    if (isFull() && options.now() >= lookAgainAt) {
      lookAgainAt = options.now() + LOOK_FOR_ROOM_MS;
      forgetOld();
    }
    if (!isFull()) return;
    options.onFull?.();
    throw new HttpProblem('busy', 'The collector knows as many device queues as it may; a new one must wait.', {
      retryAfterSeconds: LOOK_FOR_ROOM_MS / 1_000,
    });
  }

  function forgetOld(): void {
    const oldest = options.now() - options.horizonMs;
    for (const queue of queues.values()) {
      if (queue.silentSinceMs < oldest && queue.inFlight.length === 0 && !queue.permanent) forget(queue);
    }
  }

  /** A sender may make up a new id for each batch: one that left nothing behind must not cost memory for ever. */
  function forgetEmpty(queue: QueueSeen): void {
    const { intervals, inFlight, rejected, dropped } = queue;
    const known = intervals.length + inFlight.length + rejected.length + dropped > 0;
    if (!known) forget(queue);
  }

  function durableSeqs({ intervals, inFlight }: QueueSeen): SeqIntervals {
    const seqs = [...intervals];
    for (const claimed of inFlight) forEachRange(claimed, (first, last) => removeRange(seqs, first, last));
    return seqs;
  }

  function durableNote(queue: QueueSeen): SeenNote {
    const { workspaceId, queueId, permanent, rejected, dropped, lastSeenMs } = queue;
    const drops = dropped > 0 ? [0, dropped] : [];
    return { workspaceId, queueId, permanent, seqs: durableSeqs(queue), rejected, drops, atMs: lastSeenMs };
  }

  return {
    claim(name, seqs, told = NOTHING_TOLD) {
      const queue = queueOf(name, refuseWhenFull);
      queue.lastSeenMs = options.now();
      const { workspaceId, queueId, permanent, intervals, inFlight, lastSeenMs: atMs } = queue;
      const room = 2 * GAPS_MAX - intervals.length;
      const claimed: SeqIntervals = [];
      const rejected: SeqIntervals = [];
      for (const seq of told.rejected) addRange(rejected, seq, seq);
      const verdicts = seqs.map((seq): SeqVerdict => {
        if (hasSeq(intervals, seq) || hasSeq(claimed, seq)) return 'seen';
        const joins = hasSeq(intervals, seq - 1) || hasSeq(claimed, seq - 1);
        if (!joins && claimed.length >= room) {
          addRange(rejected, seq, seq);
          return 'refused';
        }
        addRange(claimed, seq, seq);
        return 'new';
      });
      const drops = newDrops(told.drops, claimed);
      forEachRange(claimed, (first, last) => take(queue, first, last, atMs));
      inFlight.push(claimed);
      const land = () => inFlight.splice(inFlight.indexOf(claimed), 1);
      return {
        verdicts,
        keptUpTo: keptUpTo(queue, intervals.at(-1) ?? 0, atMs), // once what fills a gap is noted as young
        note: { workspaceId, queueId, permanent, seqs: claimed, rejected, drops: [...drops].flat(), atMs },
        confirm() {
          land();
          addRejected(queue, rejected);
          for (const count of drops.values()) queue.dropped += count;
          forgetEmpty(queue);
        },
        release() {
          land();
          forEachRange(claimed, (first, last) => removeRange(intervals, first, last));
          forgetEmpty(queue);
        },
      };
    },
    restore,
    async persist(notes) {
      if (notes.length > 0) await options.journal.append(encodeNotes(mergeNotes(notes)));
      if (options.journal.sizeBytes() < compactAt) return;
      forgetOld();
      await options.journal.compact([...queues.values()].map((queue) => encodeNotes([durableNote(queue)])));
      compactAt = Math.max(COMPACT_AT_BYTES, 2 * options.journal.sizeBytes());
    },
    ledger(workspaceId, queueId) {
      const queue = queues.get(keyOf(workspaceId, queueId.toLowerCase()));
      if (!queue) return undefined;
      const { rejected, dropped, lastSeenMs: lastSeenAt } = queue;
      return queueLedger({ queueId: queue.queueId, delivered: durableSeqs(queue), rejected, dropped, lastSeenAt });
    },
    queues: () => queues.size,
  };
}

/** What an event says counts once, with the event that is new. */
function newDrops(drops: Drops, claimed: SeqIntervals): Drops {
  if (drops.size === 0) return drops; // nearly always
  return new Map([...drops].filter(([seq]) => hasSeq(claimed, seq)));
}

/** The queue's id has a length of its own, so that no workspace's name can reach into another's. */
function keyOf(workspaceId: string, queueId: string): string {
  return `${workspaceId} ${queueId}`;
}
