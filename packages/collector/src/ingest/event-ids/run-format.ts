import { crc32 } from 'node:zlib';
import { ID_BYTES } from './id-bytes.js';

/*
 * A run is one file of sorted ids, written once and never changed.
 *
 *     blocks | footer | footer offset f64 | footer length u32 | crc32(footer) u32 | magic u32        little-endian
 *     block:  up to 256 sorted ids of 16 bytes | crc32 u32
 *     footer: sections length u32 | sections, JSON | block count u32 | block entries | filter salt u32 | filter
 *     entry:  first id | offset of the block u32 | ids in the block u16 | nothing u16
 *
 * Each workspace has a section of its own, blocks one after another, so that an id is known in one workspace alone.
 */
const MAGIC = 0x4e524d54; // "TMRN"
export const BLOCK_IDS = 256;
export const ENTRY_BYTES = ID_BYTES + 8;
export const CRC_BYTES = 4;
export const TRAILER_BYTES = 20;

/** A workspace's part of a run. */
export interface Section {
  readonly workspaceId: string;
  readonly firstBlock: number;
  readonly blocks: number;
  readonly ids: number;
}

export interface Footer {
  readonly sections: readonly Section[];
  /** One entry a block. */
  readonly index: Buffer;
  readonly filterSalt: number;
  readonly filter: Buffer;
}

export function encodeFooter({ sections, index, filterSalt, filter }: Footer, offset: number): Buffer {
  const names = Buffer.from(JSON.stringify(sections));
  const footer = Buffer.concat([
    uint32(names.length),
    names,
    uint32(index.length / ENTRY_BYTES),
    index,
    uint32(filterSalt),
    filter,
  ]);
  const trailer = Buffer.alloc(TRAILER_BYTES);
  trailer.writeDoubleLE(offset, 0);
  trailer.writeUInt32LE(footer.length, 8);
  trailer.writeUInt32LE(crc32(footer), 12);
  trailer.writeUInt32LE(MAGIC, 16);
  return Buffer.concat([footer, trailer]);
}

/** Where the footer lies; undefined when the file does not end as a run does. */
export function decodeTrailer(
  trailer: Buffer,
): { readonly offset: number; readonly length: number; readonly crc: number } | undefined {
  if (trailer.readUInt32LE(16) !== MAGIC) return undefined;
  return { offset: trailer.readDoubleLE(0), length: trailer.readUInt32LE(8), crc: trailer.readUInt32LE(12) };
}

/** @param footer - bytes whose checksum was right. */
export function decodeFooter(footer: Buffer): Footer {
  const namesEnd = 4 + footer.readUInt32LE(0);
  const sections = JSON.parse(footer.toString('utf8', 4, namesEnd)) as Section[]; // we wrote it, checksummed
  const indexStart = namesEnd + 4;
  const indexEnd = indexStart + footer.readUInt32LE(namesEnd) * ENTRY_BYTES;
  return {
    sections,
    index: footer.subarray(indexStart, indexEnd),
    filterSalt: footer.readUInt32LE(indexEnd),
    filter: footer.subarray(indexEnd + 4),
  };
}

export function blockCrc(ids: Buffer): Buffer {
  return uint32(crc32(ids));
}

function uint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32LE(value, 0);
  return bytes;
}
