/**
 * What the WAL keeps. It knows neither what the rows mean nor what the note says.
 *
 *     stream u8 | row count u32 | note length u32 | rows length u32 | note | rows          little-endian
 */
export interface WalRecord {
  /** Which table the rows are for; the segment's layout says how they are written. */
  readonly stream: number;
  readonly rowCount: number;
  /** Kept beside the rows and read back at start; not loaded into the store. */
  readonly note: Uint8Array;
  /** In the load format of the store. */
  readonly rows: Uint8Array;
}

const RECORD_HEADER_BYTES = 13;

/** The record's bytes, as parts that are written without being copied together. */
export function encodeRecord(record: WalRecord): Uint8Array[] {
  const header = Buffer.allocUnsafe(RECORD_HEADER_BYTES);
  header.writeUInt8(record.stream, 0);
  header.writeUInt32LE(record.rowCount, 1);
  header.writeUInt32LE(record.note.byteLength, 5);
  header.writeUInt32LE(record.rows.byteLength, 9);
  return [header, record.note, record.rows];
}

/**
 * The records of one frame's payload, as views of its bytes.
 *
 * @throws {RangeError} when the payload does not hold whole records: a writer's fault, since its checksum was right.
 */
export function decodeRecords(payload: Buffer): WalRecord[] {
  const records: WalRecord[] = [];
  let position = 0;
  while (position < payload.length) {
    const noteStart = position + RECORD_HEADER_BYTES;
    const rowsStart = noteStart + payload.readUInt32LE(position + 5);
    const end = rowsStart + payload.readUInt32LE(position + 9);
    if (end > payload.length) throw new RangeError(`record at ${position} ends at ${end} of ${payload.length} bytes`);
    records.push({
      stream: payload.readUInt8(position),
      rowCount: payload.readUInt32LE(position + 1),
      note: payload.subarray(noteStart, rowsStart),
      rows: payload.subarray(rowsStart, end),
    });
    position = end;
  }
  return records;
}
