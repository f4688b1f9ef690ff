import { ID_BYTES, joinIds, splitIds } from './event-ids/id-bytes.js';

/** What one WAL record tells of one signed request; written beside its rows, and kept when the segment is gone. */
export interface ServerNote {
  readonly workspaceId: string;
  /** When the request came, epoch milliseconds. */
  readonly atMs: number;
  /** What it was signed with, and until when it could be sent again, epoch milliseconds. Empty where that is told apart. */
  readonly nonce: string;
  readonly nonceUntilMs: number;
  /** Of the events that are in the record, packed. */
  readonly ids: readonly string[];
}

/** Notes of queues are JSON and begin with a bracket. */
const MARK = 1;
const HEAD_BYTES = 8;

/** mark u8, then of each note: head length u32 | ids u32 | head, JSON | 16 bytes an id; little-endian. */
export function encodeServerNotes(notes: readonly ServerNote[]): Uint8Array {
  const parts: Uint8Array[] = [Uint8Array.of(MARK)];
  for (const { ids, ...head } of notes) {
    const json = Buffer.from(JSON.stringify(head));
    const lengths = Buffer.allocUnsafe(HEAD_BYTES);
    lengths.writeUInt32LE(json.length, 0);
    lengths.writeUInt32LE(ids.length, 4);
    parts.push(lengths, json, joinIds(ids));
  }
  return Buffer.concat(parts);
}

export function isServerNotes(note: Uint8Array): boolean {
  return note[0] === MARK;
}

/** @param bytes - what `isServerNotes` told. */
export function decodeServerNotes(bytes: Uint8Array): ServerNote[] {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const notes: ServerNote[] = [];
  for (let at = 1; at < buffer.length; ) {
    const idsAt = at + HEAD_BYTES + buffer.readUInt32LE(at);
    const end = idsAt + buffer.readUInt32LE(at + 4) * ID_BYTES;
    const head = JSON.parse(buffer.toString('utf8', at + HEAD_BYTES, idsAt)) as Omit<ServerNote, 'ids'>; // we wrote it, checksummed
    notes.push({ ...head, ids: splitIds(buffer.subarray(idsAt, end)) });
    at = end;
  }
  return notes;
}
