import { addRange, type SeqIntervals } from './seq-intervals.js';

/** What one WAL record tells of one queue; written beside its rows, and kept when the segment is gone. */
export interface SeenNote {
  readonly workspaceId: string;
  readonly queueId: string;
  /** The events it holds. Closed intervals: [first0, last0, first1, last1, ...]. */
  readonly seqs: readonly number[];
  /** The queue is history, which may be sent again at any time: never forget it. */
  readonly permanent: boolean;
  /** The events that were refused, where their number could be read. Closed intervals. */
  readonly rejected: readonly number[];
  /**
   * How many events the device said it gave up, by the number of the event that said so: [seq0, count0, seq1, ...].
   * Number 0 stands for all of `seqs`.
   */
  readonly drops: readonly number[];
  /** When the batch came, epoch milliseconds; 0 when not known. */
  readonly atMs: number;
}

/** Notes as bytes: JSON, one line each. */
export function encodeNotes(notes: readonly SeenNote[]): Uint8Array {
  return Buffer.from(notes.map((note) => JSON.stringify(fieldsOf(note))).join('\n'));
}

function fieldsOf({ workspaceId, queueId, seqs, permanent, rejected, drops, atMs }: SeenNote): Line {
  return [workspaceId, queueId, seqs, permanent ? 1 : 0, rejected, drops, atMs];
}

/** The first version ended after `permanent`; both lie on disks. */
type Line = readonly [
  workspaceId: string,
  queueId: string,
  seqs: readonly number[],
  permanent: number,
  rejected?: readonly number[],
  drops?: readonly number[],
  atMs?: number,
];

export function decodeNotes(bytes: Uint8Array): SeenNote[] {
  if (bytes.byteLength === 0) return [];
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf8')
    .split('\n')
    .map((line) => {
      const [workspaceId, queueId, seqs, permanent, rejected = [], drops = [], atMs = 0] = JSON.parse(line) as Line; // we wrote it, checksummed
      return { workspaceId, queueId, seqs, permanent: permanent === 1, rejected, drops, atMs };
    });
}

/** One note a queue, however many records its events were spread over. */
export function mergeNotes(notes: readonly SeenNote[]): SeenNote[] {
  const merged = new Map<string, Merged>();
  for (const note of notes) {
    const key = `${note.workspaceId} ${note.queueId}`;
    const into = merged.get(key) ?? { note, seqs: [], rejected: [], drops: new Map<number, number>() };
    merged.set(key, into);
    const { permanent, atMs } = into.note;
    into.note = { ...note, permanent: note.permanent || permanent, atMs: Math.max(note.atMs, atMs) };
    forEachRange(note.seqs, (first, last) => addRange(into.seqs, first, last));
    forEachRange(note.rejected, (first, last) => addRange(into.rejected, first, last));
    forEachDrop(note.drops, (seq, count) => into.drops.set(seq, count)); // a record may be there twice, an event counts once
  }
  return [...merged.values()].map(({ note, seqs, rejected, drops }) => {
    return { ...note, seqs, rejected, drops: [...drops].flat() };
  });
}

interface Merged {
  note: SeenNote;
  readonly seqs: SeqIntervals;
  readonly rejected: SeqIntervals;
  readonly drops: Map<number, number>;
}

/** Counts of dropped events by the number of the event that told. */
export type Drops = ReadonlyMap<number, number>;

export function forEachRange(intervals: readonly number[], visit: (first: number, last: number) => void): void {
  for (let i = 0; i + 1 < intervals.length; i += 2) visit(intervals[i] as number, intervals[i + 1] as number); // in bounds
}

export function forEachDrop(drops: readonly number[], visit: (seq: number, count: number) => void): void {
  for (let i = 0; i + 1 < drops.length; i += 2) visit(drops[i] as number, drops[i + 1] as number); // in bounds
}
