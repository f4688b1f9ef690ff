import { join } from 'node:path';
import type { AppendFile, FileSystem } from '../../disk/file-system.js';
import { writeWholeBy } from '../../disk/write-whole.js';
import { ID_BYTES } from './id-bytes.js';
import { createIdFilter, filterBytes } from './id-filter.js';
import { BLOCK_IDS, blockCrc, CRC_BYTES, ENTRY_BYTES, encodeFooter, type Section } from './run-format.js';

export interface RunPlan {
  readonly directory: string;
  readonly fileSystem: FileSystem;
  readonly name: string;
  /** At least as many as will come: the filter is made for them. */
  readonly idsMax: number;
  readonly filterSalt: number;
}

/** Sorted ids of one workspace, in pieces. */
export interface SortedIds {
  readonly workspaceId: string;
  readonly pieces: AsyncIterable<Buffer> | Iterable<Buffer>;
}

/** So much is gathered before it is written. */
const WRITE_BYTES = 256 * 1024;

/**
 * Writes a run: it is there whole, on stable storage, or not at all.
 *
 * @param sections - each workspace once.
 */
export async function writeRun(plan: RunPlan, sections: AsyncIterable<SortedIds> | Iterable<SortedIds>): Promise<void> {
  const path = join(plan.directory, plan.name);
  await writeWholeBy(path, (file) => writeContent(file, plan, sections), plan.fileSystem);
}

async function writeContent(
  file: AppendFile,
  plan: RunPlan,
  sections: AsyncIterable<SortedIds> | Iterable<SortedIds>,
): Promise<void> {
  const filter = createIdFilter(new Uint8Array(filterBytes(plan.idsMax)), plan.filterSalt);
  const written: Section[] = [];
  const entries: Buffer[] = [];
  let parts: Buffer[] = [];
  let partsBytes = 0;
  let offset = 0;

  async function flush(): Promise<void> {
    if (parts.length > 0) await file.append(parts);
    parts = [];
    partsBytes = 0;
  }

  async function addBlock(ids: Buffer): Promise<void> {
    for (let at = 0; at < ids.length; at += ID_BYTES) filter.add(ids, at);
    entries.push(entryOf(ids, offset));
    parts.push(ids, blockCrc(ids));
    offset += ids.length + CRC_BYTES;
    partsBytes += ids.length;
    if (partsBytes >= WRITE_BYTES) await flush();
  }

  for await (const { workspaceId, pieces } of sections) {
    const firstBlock = entries.length;
    let ids = 0;
    for await (const block of inBlocks(pieces)) {
      ids += block.length / ID_BYTES;
      await addBlock(block);
    }
    if (ids > 0) written.push({ workspaceId, firstBlock, blocks: entries.length - firstBlock, ids });
  }
  const index = Buffer.concat(entries);
  const footer = { sections: written, index, filterSalt: plan.filterSalt, filter: Buffer.from(filter.bytes.buffer) };
  parts.push(encodeFooter(footer, offset));
  await flush();
}

function entryOf(ids: Buffer, offset: number): Buffer {
  const entry = Buffer.alloc(ENTRY_BYTES);
  ids.copy(entry, 0, 0, ID_BYTES);
  entry.writeUInt32LE(offset, ID_BYTES);
  entry.writeUInt16LE(ids.length / ID_BYTES, ID_BYTES + 4);
  return entry;
}

/** Pieces of any length as full blocks, and what is left over as the last. */
async function* inBlocks(pieces: SortedIds['pieces']): AsyncIterable<Buffer> {
  const blockBytes = BLOCK_IDS * ID_BYTES;
  let rest: Buffer = Buffer.alloc(0);
  for await (const piece of pieces) {
    const bytes = rest.length === 0 ? piece : Buffer.concat([rest, piece]);
    const full = bytes.length - (bytes.length % blockBytes);
    for (let at = 0; at < full; at += blockBytes) yield bytes.subarray(at, at + blockBytes);
    rest = bytes.subarray(full);
  }
  if (rest.length > 0) yield rest;
}
