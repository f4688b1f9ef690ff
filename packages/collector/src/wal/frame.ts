import { crc32c } from '@node-rs/crc32';

/**
 * One frame is one commit: what was made durable by one fsync.
 *
 *     magic u32 | payload length u32 | crc32c(payload, salt) u32 | payload          all little-endian
 *
 * The salt is random per file. It keeps bytes that a client chose from ever passing as a frame
 * when the reader looks for the next good one behind a damaged stretch.
 */
const MAGIC = 0x314d4654; // "TFM1"
export const FRAME_HEADER_BYTES = 12;

/** A longer length is damage: none is ever written. */
const PAYLOAD_MAX_BYTES = 256 * 1_048_576;

/** @throws {RangeError} when the payload is longer than a reader would believe. */
export function frameHeader(payload: readonly Uint8Array[], salt: number): Buffer {
  const header = Buffer.allocUnsafe(FRAME_HEADER_BYTES);
  let length = 0;
  let crc = salt;
  for (const part of payload) {
    length += part.byteLength;
    crc = crc32c(part, crc);
  }
  if (length > PAYLOAD_MAX_BYTES) throw new RangeError(`a frame holds ${PAYLOAD_MAX_BYTES} bytes, got ${length}`);
  header.writeUInt32LE(MAGIC, 0);
  header.writeUInt32LE(length, 4);
  header.writeUInt32LE(crc, 8);
  return header;
}

export interface FrameScan {
  /** Payloads of the good frames, in order, as views of the scanned bytes. */
  readonly payloads: readonly Buffer[];
  /** Bytes that belong to no good frame. */
  readonly damagedBytes: number;
  /** Where the last good frame ends, from the start of the scanned bytes. */
  readonly goodEnd: number;
  /** Stretches of damage that good frames follow: bit rot, where a torn write only ever damages the end. */
  readonly gaps: number;
}

/** Reads frames from `start` on; behind damage it goes on at the next good frame. Never throws. */
export function scanFrames(bytes: Buffer, start: number, salt: number): FrameScan {
  const payloads: Buffer[] = [];
  let position = start;
  let goodEnd = start;
  let goodBytes = 0;
  let gaps = 0;
  while (position + FRAME_HEADER_BYTES <= bytes.length) {
    const payload = frameAt(bytes, position, salt);
    if (payload) {
      if (position !== goodEnd) gaps++;
      payloads.push(payload);
      position += FRAME_HEADER_BYTES + payload.length;
      goodBytes += FRAME_HEADER_BYTES + payload.length;
      goodEnd = position;
    } else {
      position = nextMagic(bytes, position + 1);
    }
  }
  return { payloads, damagedBytes: bytes.length - start - goodBytes, goodEnd, gaps };
}

function frameAt(bytes: Buffer, position: number, salt: number): Buffer | undefined {
  if (bytes.readUInt32LE(position) !== MAGIC) return undefined;
  const length = bytes.readUInt32LE(position + 4);
  const start = position + FRAME_HEADER_BYTES;
  if (length > PAYLOAD_MAX_BYTES || start + length > bytes.length) return undefined;
  const payload = bytes.subarray(start, start + length);
  return crc32c(payload, salt) === bytes.readUInt32LE(position + 8) ? payload : undefined;
}

const MAGIC_BYTES = Buffer.from([0x54, 0x46, 0x4d, 0x31]);

function nextMagic(bytes: Buffer, from: number): number {
  const found = bytes.indexOf(MAGIC_BYTES, from);
  return found === -1 ? bytes.length : found;
}
