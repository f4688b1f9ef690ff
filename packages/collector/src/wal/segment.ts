import { crc32c } from '@node-rs/crc32';
import { TidemarkError } from '../observe/errors.js';
import { scanFrames } from './frame.js';
import { decodeRecords, type WalRecord } from './record.js';

/**
 * A segment is one file of the WAL: a header, then frames.
 *
 *     magic u32 | version u16 | salt u32 | layout length u32 | crc32c(all the others) u32 | layout | frames
 *
 * The layout says how the rows are to be loaded. It travels with them, so that a newer collector
 * loads what an older one left behind.
 */
const MAGIC = 0x4c574d54; // "TMWL"
const VERSION = 1;
const CHECKED_HEADER_BYTES = 14;
const FIXED_HEADER_BYTES = CHECKED_HEADER_BYTES + 4;

export interface Segment {
  /** Counts up; a later segment holds later commits. */
  readonly number: number;
  readonly path: string;
}

export interface SegmentContent {
  readonly layout: string;
  readonly records: readonly WalRecord[];
  readonly damagedBytes: number;
  readonly gaps: number;
  /** Length of the file up to the end of its last good frame. */
  readonly goodEnd: number;
}

export function segmentFileName(number: number): string {
  return `${String(number).padStart(12, '0')}.wal`;
}

/** The number in a segment's file name, or undefined for any other file. */
export function segmentNumber(fileName: string): number | undefined {
  const match = /^(\d{12})\.wal$/.exec(fileName);
  return match ? Number(match[1]) : undefined;
}

export function segmentHeader(layout: string, salt: number): Buffer {
  const text = Buffer.from(layout, 'utf8');
  const header = Buffer.allocUnsafe(FIXED_HEADER_BYTES + text.length);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt16LE(VERSION, 4);
  header.writeUInt32LE(salt, 6);
  header.writeUInt32LE(text.length, 10);
  text.copy(header, FIXED_HEADER_BYTES);
  header.writeUInt32LE(headerChecksum(header), CHECKED_HEADER_BYTES);
  return header;
}

/** A flipped bit in the salt would make every frame look damaged, one in the layout would load rows into wrong columns. */
function headerChecksum(header: Buffer): number {
  return crc32c(header.subarray(FIXED_HEADER_BYTES), crc32c(header.subarray(0, CHECKED_HEADER_BYTES)));
}

/**
 * Reads a whole segment. Damage inside is passed over and reported, never thrown.
 *
 * @throws {TidemarkError} `segment_unreadable` when the header itself is not there: nothing behind it can be trusted.
 */
export function readSegment(bytes: Buffer): SegmentContent {
  const { layout, salt, start } = readSegmentHead(bytes);
  const { payloads, damagedBytes, gaps, goodEnd } = scanFrames(bytes, start, salt);
  return { layout, records: payloads.flatMap(decodeRecords), damagedBytes, gaps, goodEnd };
}

/** What a segment begins with, and where its frames do. @throws {TidemarkError} as `readSegment`. */
export function readSegmentHead(bytes: Buffer): {
  readonly layout: string;
  readonly salt: number;
  readonly start: number;
} {
  if (bytes.length < FIXED_HEADER_BYTES || bytes.readUInt32LE(0) !== MAGIC || bytes.readUInt16LE(4) !== VERSION) {
    throw new TidemarkError(
      'segment_unreadable',
      'the segment has no header of this version; it is kept in quarantine',
    );
  }
  const salt = bytes.readUInt32LE(6);
  const start = FIXED_HEADER_BYTES + bytes.readUInt32LE(10);
  if (start > bytes.length) {
    throw new TidemarkError('segment_unreadable', 'the segment ends inside its header; it is kept in quarantine');
  }
  if (headerChecksum(bytes.subarray(0, start)) !== bytes.readUInt32LE(CHECKED_HEADER_BYTES)) {
    throw new TidemarkError('segment_unreadable', "the segment's header is damaged; it is kept in quarantine");
  }
  return { layout: bytes.toString('utf8', FIXED_HEADER_BYTES, start), salt, start };
}
