import { decodeNotes, encodeNotes, forEachRange, mergeNotes, type SeenNote } from './seen-note.js';
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
  /** The new numbers, to be written beside their rows. */
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

/** Remembers which events were taken, so that a copy is recognised whatever batch and whatever way it comes. */
export interface SeenEvents {
  claim(queue: QueueName, seqs: readonly number[]): Claim;
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
  permanent: boolean;
  readonly intervals: SeqIntervals;
  /** Claimed and not yet durable: recognised as copies, but never written down as taken. */
  readonly inFlight: SeqIntervals[];
  lastSeenMs: number;
}

/**
 * A queue numbers without gaps, so that what is missing is on its way, or was rejected. A queue with more gaps than this is
 * no queue of ours; remembering each would cost memory and time without bound.
 */
const GAPS_MAX = 10_000;

/** The journal is rewritten as one note a queue when it has grown past this. */
const COMPACT_AT_BYTES = 4 * 1_048_576;

export function createSeenEvents(options: SeenEventsOptions): SeenEvents {
  const queues = new Map<string, QueueSeen>();
  let compactAt = COMPACT_AT_BYTES;
  for (const entry of options.journal.entries) for (const note of decodeNotes(entry)) restore(note);

  function queueOf(name: QueueName): QueueSeen {
    const { workspaceId } = name;
    const queueId = name.queueId.toLowerCase(); // the same UUID however it is written
    const key = `${workspaceId} ${queueId}`;
    let queue = queues.get(key);
    if (!queue) {
      queue = { workspaceId, queueId, permanent: false, intervals: [], inFlight: [], lastSeenMs: 0 };
      queues.set(key, queue);
    }
    queue.permanent ||= name.permanent;
    queue.lastSeenMs = options.now();
    return queue;
  }

  function restore(note: SeenNote): void {
    const { intervals } = queueOf(note);
    forEachRange(note, (first, last) => addRange(intervals, first, last));
  }

  function forgetOld(): void {
    const oldest = options.now() - options.horizonMs;
    for (const [key, queue] of queues) {
      if (queue.lastSeenMs < oldest && queue.inFlight.length === 0 && !queue.permanent) queues.delete(key);
    }
  }

  function durableNote({ workspaceId, queueId, permanent, intervals, inFlight }: QueueSeen): SeenNote {
    const seqs = [...intervals];
    for (const claimed of inFlight) {
      forEachRange({ seqs: claimed }, (first, last) => removeRange(seqs, first, last));
    }
    return { workspaceId, queueId, permanent, seqs };
  }

  return {
    claim(name, seqs) {
      const queue = queueOf(name);
      const { workspaceId, queueId, permanent, intervals, inFlight } = queue;
      const room = 2 * GAPS_MAX - intervals.length;
      const claimed: SeqIntervals = [];
      const verdicts = seqs.map((seq): SeqVerdict => {
        if (hasSeq(intervals, seq) || hasSeq(claimed, seq)) return 'seen';
        const joins = hasSeq(intervals, seq - 1) || hasSeq(claimed, seq - 1);
        if (!joins && claimed.length >= room) return 'refused';
        addRange(claimed, seq, seq);
        return 'new';
      });
      forEachRange({ seqs: claimed }, (first, last) => addRange(intervals, first, last));
      inFlight.push(claimed);
      const land = () => inFlight.splice(inFlight.indexOf(claimed), 1);
      return {
        verdicts,
        note: { workspaceId, queueId, permanent, seqs: claimed },
        confirm: land,
        release() {
          land();
          forEachRange({ seqs: claimed }, (first, last) => removeRange(intervals, first, last));
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
