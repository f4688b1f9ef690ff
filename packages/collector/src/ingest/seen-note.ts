import { addRange, type SeqIntervals } from './seq-intervals.js';

/** Which events of which queue one WAL record holds; written beside its rows, and kept when the segment is gone. */
export interface SeenNote {
  readonly workspaceId: string;
  readonly queueId: string;
  /** Closed intervals: [first0, last0, first1, last1, ...]. */
  readonly seqs: readonly number[];
  /** The queue is history, which may be sent again at any time: never forget it. */
  readonly permanent: boolean;
}

/** Notes as bytes: JSON, one line each. */
export function encodeNotes(notes: readonly SeenNote[]): Uint8Array {
  return Buffer.from(
    notes.map((note) => JSON.stringify([note.workspaceId, note.queueId, note.seqs, note.permanent ? 1 : 0])).join('\n'),
  );
}

export function decodeNotes(bytes: Uint8Array): SeenNote[] {
  if (bytes.byteLength === 0) return [];
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    .toString('utf8')
    .split('\n')
    .map((line) => {
      const [workspaceId, queueId, seqs, permanent] = JSON.parse(line) as [string, string, number[], number]; // we wrote it, checksummed
      return { workspaceId, queueId, seqs, permanent: permanent === 1 };
    });
}

/** One note a queue, however many records its events were spread over. */
export function mergeNotes(notes: readonly SeenNote[]): SeenNote[] {
  const merged = new Map<string, SeenNote & { readonly seqs: SeqIntervals }>();
  for (const note of notes) {
    const key = `${note.workspaceId} ${note.queueId}`;
    const former = merged.get(key);
    const into = { ...note, seqs: former?.seqs ?? [], permanent: note.permanent || former?.permanent === true };
    merged.set(key, into);
    forEachRange(note, (first, last) => addRange(into.seqs, first, last));
  }
  return [...merged.values()];
}

export function forEachRange(note: Pick<SeenNote, 'seqs'>, visit: (first: number, last: number) => void): void {
  for (let i = 0; i + 1 < note.seqs.length; i += 2) visit(note.seqs[i] as number, note.seqs[i + 1] as number); // in bounds
}
