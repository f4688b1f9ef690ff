import { decodeNotes, encodeNotes, forEachRange, mergeNotes, type SeenNote } from './seen-note.js';
import { addRange, hasSeq, removeRange, type SeqIntervals } from './seq-intervals.js';

/** Where notes outlive the segments they came with. */
export interface SeenJournal {
  readonly entries: readonly Uint8Array[];
  sizeBytes(): number;
  append(entry: Uint8Array): Promise<void>;
  compact(entries: readonly Uint8Array[]): Promise<void>;
}

/** Events that were recognised as new and are on their way to the disk. Exactly one of the two ends a claim. */
export interface Claim {
  /** For each number asked about, in order: was it new? */
  readonly isNew: readonly boolean[];
  /** The new numbers, to be written beside their rows. */
  readonly note: SeenNote;
  /** They are durable. */
  confirm(): void;
  /** They did not reach the disk: a retry must be taken as new. */
  release(): void;
}

/** Remembers which events were taken, so that a copy is recognised whatever batch and whatever way it comes. */
export interface SeenEvents {
  claim(workspaceId: string, queueId: string, seqs: readonly number[]): Claim;
  /** Takes in what an earlier process had noted. */
  restore(note: SeenNote): void;
  /** Makes notes durable apart from the segment they came with; called before the segment is deleted. */
  persist(notes: readonly SeenNote[]): Promise<void>;
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
  readonly intervals: SeqIntervals;
  /** Claimed and not yet durable: recognised as copies, but never written down as taken. */
  readonly inFlight: SeqIntervals[];
  lastSeenMs: number;
}

/** The journal is rewritten as one note a queue when it has grown past this. */
const COMPACT_AT_BYTES = 4 * 1_048_576;

export function createSeenEvents(options: SeenEventsOptions): SeenEvents {
  const queues = new Map<string, QueueSeen>();
  let compactAt = COMPACT_AT_BYTES;
  for (const entry of options.journal.entries) for (const note of decodeNotes(entry)) restore(note);

  function queueOf(workspaceId: string, queueId: string): QueueSeen {
    const key = `${workspaceId} ${queueId}`;
    let queue = queues.get(key);
    if (!queue) {
      queue = { workspaceId, queueId, intervals: [], inFlight: [], lastSeenMs: 0 };
      queues.set(key, queue);
    }
    queue.lastSeenMs = options.now();
    return queue;
  }

  function restore(note: SeenNote): void {
    const { intervals } = queueOf(note.workspaceId, note.queueId);
    forEachRange(note, (first, last) => addRange(intervals, first, last));
  }

  function forgetOld(): void {
    const oldest = options.now() - options.horizonMs;
    for (const [key, queue] of queues) {
      if (queue.lastSeenMs < oldest && queue.inFlight.length === 0 && !isDerived(queue.queueId)) queues.delete(key);
    }
  }

  function durableNote(queue: QueueSeen): SeenNote {
    const { workspaceId, queueId } = queue;
    const seqs = [...queue.intervals];
    for (const claimed of queue.inFlight) {
      forEachRange({ workspaceId, queueId, seqs: claimed }, (first, last) => removeRange(seqs, first, last));
    }
    return { workspaceId, queueId, seqs };
  }

  return {
    claim(workspaceId, queueId, seqs) {
      const queue = queueOf(workspaceId, queueId);
      const claimed: SeqIntervals = [];
      const isNew = seqs.map((seq) => {
        if (hasSeq(queue.intervals, seq) || hasSeq(claimed, seq)) return false;
        addRange(claimed, seq, seq);
        return true;
      });
      const note: SeenNote = { workspaceId, queueId, seqs: claimed };
      forEachRange(note, (first, last) => addRange(queue.intervals, first, last));
      queue.inFlight.push(claimed);
      const land = () => queue.inFlight.splice(queue.inFlight.indexOf(claimed), 1);
      return {
        isNew,
        note,
        confirm: land,
        release() {
          land();
          forEachRange(note, (first, last) => removeRange(queue.intervals, first, last));
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
    queues: () => queues.size,
  };
}

/** A UUID of version 8 follows from content, an imported file's say: the same content may come back at any time. */
function isDerived(queueId: string): boolean {
  return queueId[14] === '8';
}
