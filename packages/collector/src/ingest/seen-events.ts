import type { QueueLedger } from '@tidemark/protocol';
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

/** Where notes outlive the segments they came with. */
export interface SeenJournal {
  readonly entries: readonly Uint8Array[];
  sizeBytes(): number;
  append(entry: Uint8Array): Promise<void>;
  compact(entries: readonly Uint8Array[]): Promise<void>;
}

export type SeqVerdict = 'new' | 'seen' | 'refused';

/** Events that were recognised as new and are on their way to the disk. Exactly one of the two ends a claim. */
export interface Claim {
  /** For each number asked about, in order. `refused`: new, but its queue has too many gaps to be remembered. */
  readonly verdicts: readonly SeqVerdict[];
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
}

interface QueueSeen {
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

const NOTHING_TOLD: Told = { rejected: [], drops: new Map() };

/** The journal is rewritten as one note a queue when it has grown past this. */
const COMPACT_AT_BYTES = 4 * 1_048_576;

export function createSeenEvents(options: SeenEventsOptions): SeenEvents {
  const queues = new Map<string, QueueSeen>();
  let compactAt = COMPACT_AT_BYTES;
  for (const entry of options.journal.entries) for (const note of decodeNotes(entry)) restore(note);

  function queueOf(name: QueueName): QueueSeen {
    const { workspaceId } = name;
    const queueId = name.queueId.toLowerCase(); // the same UUID however it is written
    const key = keyOf(workspaceId, queueId);
    let queue = queues.get(key);
    if (!queue) {
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
      };
      queues.set(key, queue);
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
    forEachRange(note.seqs, (first, last) => addRange(intervals, first, last));
    addRejected(queue, note.rejected);
    queue.lastSeenMs = Math.max(queue.lastSeenMs, note.atMs || options.now());
  }

  /** Refused numbers are bounded like gaps; one that finds no room stays among the missing. */
  function addRejected({ rejected }: QueueSeen, ranges: readonly number[]): void {
    forEachRange(ranges, (first, last) => {
      const joins = rejected.length < 2 * GAPS_MAX || hasSeq(rejected, first - 1) || hasSeq(rejected, last + 1);
      if (joins) addRange(rejected, first, last);
    });
  }

  function forgetOld(): void {
    const oldest = options.now() - options.horizonMs;
    for (const [key, queue] of queues) {
      if (queue.silentSinceMs < oldest && queue.inFlight.length === 0 && !queue.permanent) queues.delete(key);
    }
  }

  /** A sender may make up a new id for each batch: one that left nothing behind must not cost memory for ever. */
  function forgetEmpty({ workspaceId, queueId, intervals, inFlight, rejected, dropped }: QueueSeen): void {
    const known = intervals.length + inFlight.length + rejected.length + dropped > 0;
    if (!known) queues.delete(keyOf(workspaceId, queueId));
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
      const queue = queueOf(name);
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
      forEachRange(claimed, (first, last) => addRange(intervals, first, last));
      inFlight.push(claimed);
      const land = () => inFlight.splice(inFlight.indexOf(claimed), 1);
      return {
        verdicts,
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
