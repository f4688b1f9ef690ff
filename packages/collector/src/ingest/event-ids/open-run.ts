import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { type FileSystem, isNoFile, type ReadFile } from '../../disk/file-system.js';
import { compareIds, ID_BYTES, lastNotAbove } from './id-bytes.js';
import { createIdFilter, type IdFilter } from './id-filter.js';
import {
  CRC_BYTES,
  decodeFooter,
  decodeTrailer,
  ENTRY_BYTES,
  type Footer,
  type Section,
  TRAILER_BYTES,
} from './run-format.js';

/** A sorted file of ids, of which the index and the filter are in memory. */
export interface Run {
  readonly name: string;
  readonly ids: number;
  readonly sections: ReadonlyMap<string, Section>;
  /** What it holds in memory. */
  memoryBytes(): number;
  filterBytes(): number;
  /** From now on every question goes to the disk. */
  dropFilter(): void;
  /** Of the ids at `wanted` (indices into `ids`), those that are here. Throws what the disk throws. */
  find(workspaceId: string, ids: Buffer, wanted: readonly number[]): Promise<number[]>;
  /** Ids of a block, sorted; undefined when it is damaged. */
  readBlock(block: number): Promise<Buffer | undefined>;
  /** Nobody may be reading. */
  close(): Promise<void>;
}

export interface OpenRunOptions {
  readonly directory: string;
  readonly fileSystem: FileSystem;
  /** Told of each block whose checksum is wrong, each time it is read. Its ids are not recognised any longer. */
  readonly onDamage: () => void;
}

/** @returns undefined when it is no file, or no whole run: its end is damaged, and nothing in it can be found. */
export async function openRun(name: string, options: OpenRunOptions): Promise<Run | undefined> {
  const file = await options.fileSystem.openForRead(join(options.directory, name)).catch((error: unknown) => {
    if (!isNoFile(error)) throw error;
  });
  if (!file) return undefined;
  const footer = await readFooter(file).catch(async (error: unknown) => {
    await file.close();
    throw error;
  });
  if (!footer) {
    await file.close();
    return undefined;
  }
  return createRun(name, file, footer, options.onDamage);
}

async function readFooter(file: ReadFile): Promise<Footer | undefined> {
  if (file.sizeBytes < TRAILER_BYTES) return undefined;
  const trailer = decodeTrailer(await file.read(file.sizeBytes - TRAILER_BYTES, TRAILER_BYTES));
  if (!trailer || trailer.offset + trailer.length + TRAILER_BYTES !== file.sizeBytes) return undefined;
  const footer = await file.read(trailer.offset, trailer.length);
  return crc32(footer) === trailer.crc ? decodeFooter(footer) : undefined;
}

function createRun(
  name: string,
  file: ReadFile,
  { sections, index, filterSalt, filter: bits }: Footer,
  onDamage: () => void,
): Run {
  const byWorkspace = new Map(sections.map((section) => [section.workspaceId, section]));
  let filter: IdFilter | undefined = createIdFilter(Uint8Array.from(bits), filterSalt); // a copy: the footer can go
  const entries = Buffer.from(index);

  /** The block of the section that holds the id, if any of it does; -1 when none can. */
  function blockOf({ firstBlock, blocks }: Section, ids: Buffer, at: number): number {
    if (filter && !filter.mayHold(ids, at)) return -1;
    return lastNotAbove(entries, ENTRY_BYTES, firstBlock, blocks, ids, at);
  }

  async function readBlock(block: number): Promise<Buffer | undefined> {
    const entry = block * ENTRY_BYTES + ID_BYTES;
    const length = entries.readUInt16LE(entry + 4) * ID_BYTES;
    const bytes = await file.read(entries.readUInt32LE(entry), length + CRC_BYTES);
    const ids = bytes.subarray(0, length);
    if (crc32(ids) === bytes.readUInt32LE(length)) return ids;
    onDamage();
    return undefined;
  }

  async function find(workspaceId: string, ids: Buffer, wanted: readonly number[]): Promise<number[]> {
    const section = byWorkspace.get(workspaceId);
    if (!section) return [];
    const byBlock = new Map<number, number[]>();
    for (const place of wanted) {
      const block = blockOf(section, ids, place * ID_BYTES);
      if (block === -1) continue;
      const sharing = byBlock.get(block);
      if (sharing) sharing.push(place);
      else byBlock.set(block, [place]);
    }
    const found: number[] = [];
    for (const [block, places] of byBlock) {
      const sorted = await readBlock(block);
      if (!sorted) continue;
      for (const place of places) if (holds(sorted, ids, place * ID_BYTES)) found.push(place);
    }
    return found;
  }

  return {
    name,
    ids: sections.reduce((sum, section) => sum + section.ids, 0),
    sections: byWorkspace,
    memoryBytes: () => entries.length + (filter?.bytes.byteLength ?? 0),
    filterBytes: () => filter?.bytes.byteLength ?? 0,
    dropFilter() {
      filter = undefined;
    },
    find,
    readBlock,
    close: () => file.close(),
  };
}

function holds(sorted: Buffer, ids: Buffer, at: number): boolean {
  const place = lastNotAbove(sorted, ID_BYTES, 0, sorted.length / ID_BYTES, ids, at);
  return place !== -1 && compareIds(sorted, place * ID_BYTES, ids, at) === 0;
}
