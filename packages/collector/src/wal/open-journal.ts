import { join } from 'node:path';
import type { AppendFile, FileSystem } from '../disk/file-system.js';
import { readOrSetAside } from '../disk/set-aside.js';
import { FRAME_HEADER_BYTES, frameHeader, scanFrames } from './frame.js';

/** An append-only file of entries that is rewritten when it has grown: small state that must survive. */
export interface Journal {
  /** Entries read at the start, oldest first; once, since they keep the whole file in memory. */
  takeEntries(): readonly Buffer[];
  readonly damagedBytes: number;
  /** 1 when there was something in its place that is no file, and was set aside. */
  readonly setAside: number;
  /** Bytes in the file, to decide when to compact. */
  sizeBytes(): number;
  /** Resolves when the entry is on stable storage. */
  append(entry: Uint8Array): Promise<void>;
  /** Puts these entries in the place of all former ones, atomically. */
  compact(entries: readonly Uint8Array[]): Promise<void>;
  close(): Promise<void>;
}

/** A journal holds nothing that a client chose byte by byte, so its frames need no secret salt. */
const SALT = 0;
const NOTHING = Buffer.alloc(0);

/**
 * Opens a journal. A torn end is dropped; what stood before it is kept. What is no file is set aside, and a new one begun.
 *
 * @param name - file name inside the directory.
 */
export async function openJournal(directory: string, name: string, fileSystem: FileSystem): Promise<Journal> {
  await fileSystem.makeDirectory(directory);
  const path = join(directory, name);
  const found = await readOrSetAside(path, fileSystem);
  const { payloads, goodEnd, damagedBytes } = scanFrames(found ?? NOTHING, 0, SALT);
  let file = await fileSystem.openForAppend(path);
  if (found && goodEnd < found.length) await file.truncate(goodEnd);
  await fileSystem.syncDirectory(directory);
  let entries: readonly Buffer[] = payloads;
  let size = goodEnd;
  let broken = false;
  let renamed = false;

  /** A descriptor whose write or fsync failed is never used again, and what it may have left behind is cut off. */
  async function mend(): Promise<void> {
    await file.close().catch(() => undefined);
    file = await fileSystem.openForAppend(path);
    await file.truncate(size);
    broken = false;
  }

  /** Until its name is durable, a power cut would bring the former file back, without what is appended now. */
  async function settleName(): Promise<void> {
    await fileSystem.syncDirectory(directory);
    renamed = false;
  }

  async function write(to: AppendFile, entry: Uint8Array): Promise<number> {
    await to.append([frameHeader([entry], SALT), entry]);
    return FRAME_HEADER_BYTES + entry.byteLength;
  }

  return {
    takeEntries() {
      const taken = entries;
      entries = [];
      return taken;
    },
    damagedBytes,
    setAside: found ? 0 : 1,
    sizeBytes: () => size,
    async append(entry) {
      if (broken) await mend();
      if (renamed) await settleName();
      try {
        const bytes = await write(file, entry);
        await file.sync();
        size += bytes;
      } catch (error) {
        broken = true;
        throw error;
      }
    },
    async compact(entries) {
      const temporary = `${path}.new`;
      await fileSystem.remove(temporary).catch(nothingWhenMissing);
      const next = await fileSystem.create(temporary);
      let nextSize = 0;
      try {
        for (const entry of entries) nextSize += await write(next, entry);
        await next.sync();
        await fileSystem.rename(temporary, path);
      } catch (error) {
        await next.close();
        throw error;
      }
      const former = file;
      file = next; // from the rename on: what went into the former file now would go with it
      size = nextSize;
      broken = false;
      renamed = true;
      await former.close();
      await settleName();
    },
    close: () => file.close(),
  };
}

function nothingWhenMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
