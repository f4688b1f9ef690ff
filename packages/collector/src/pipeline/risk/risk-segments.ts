import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { link, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeFileSystem } from '../../disk/file-system.js';
import { setAside } from '../../disk/set-aside.js';
import { type Segment, segmentFileName, segmentNumber } from '../../wal/segment.js';

/** How far the log of events is durable: all files before this one whole, and of this one so many bytes. */
export interface RiskTarget {
  readonly file: number;
  readonly bytes: number;
}

/**
 * Second names for the WAL's segments, under which they stay until the detectors have seen them and remember it. The loader
 * removes the first name when the store has the rows, and neither waits for the other.
 */
export interface RiskSegments {
  /** To be called before the segment has its first record. */
  created(segment: Segment): Promise<void>;
  durable(segment: Segment, bytes: number): void;
  /** Segments whose second name could not be made: no detector sees their events. */
  missed(): number;
}

/** @param firstFile - names count up from here; those of an earlier process lie below. */
export function createRiskSegments(
  directory: string,
  firstFile: number,
  onDurable: (target: RiskTarget) => void,
): RiskSegments {
  const files = new Map<number, number>();
  let next = firstFile;
  let missed = 0;
  return {
    async created(segment) {
      const file = next++;
      try {
        await link(segment.path, join(directory, segmentFileName(file)));
        files.set(segment.number, file);
      } catch {
        missed++; // counted: events are taken whether anybody looks at them or not
      }
      for (const number of files.keys()) if (number < segment.number - 1) files.delete(number);
    },
    durable(segment, bytes) {
      const file = files.get(segment.number);
      if (file !== undefined) onDurable({ file, bytes });
    },
    missed: () => missed,
  };
}

/** The files that lie there, by number. */
export async function listRiskFiles(directory: string): Promise<number[]> {
  const names = await readdir(directory);
  return names.flatMap((name) => segmentNumber(name) ?? []).sort((a, b) => a - b);
}

/**
 * Sets aside what has a segment's name and is no file: to open a pipe would hold up the detectors until somebody writes into it.
 *
 * @returns how many there were.
 */
export async function setAsideNoFiles(directory: string): Promise<number> {
  const entries = await readdir(directory, { withFileTypes: true });
  const strangers = entries.filter((entry) => segmentNumber(entry.name) !== undefined && !entry.isFile());
  for (const { name } of strangers) await setAside(join(directory, name), nodeFileSystem);
  return strangers.length;
}

/** Reads the files one after another, each piece by piece as it grows. */
export interface RiskReader {
  /** Bytes of a file from an offset up to its end or to a limit, until the next are read; empty when it is not there. */
  read(file: number, from: number, to?: number): Buffer;
  /** Lets go of the file that was read last: removed, it would keep its room on the disk as long as it is held. */
  close(): void;
}

/** Of most reads: what comes in a few hundredths of a second. */
const ROOM_BYTES = 2 * 1_048_576;

/**
 * At once and not in the thread pool, by a descriptor that is kept: whoever reads does nothing else, has a thread of its own, and
 * comes back fifty times a second for what the kernel has at hand. To open, read and close by way of the pool costs three and a half
 * times as much CPU time.
 */
export function createRiskReader(directory: string): RiskReader {
  let held: { readonly file: number; readonly descriptor: number } | undefined;
  /** Read into again and again: what is made anew each time waits as garbage, 60 MiB of it, until the collector of the heap comes. */
  let room = Buffer.alloc(0);

  function letGo(): void {
    if (held) closeSync(held.descriptor);
    held = undefined;
  }

  function roomFor(bytes: number): Buffer {
    if (room.length < bytes) room = Buffer.allocUnsafeSlow(Math.max(ROOM_BYTES, bytes));
    return room;
  }

  function descriptorOf(file: number): number | undefined {
    if (held?.file === file) return held.descriptor;
    letGo();
    try {
      held = { file, descriptor: openSync(join(directory, segmentFileName(file)), 'r') };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    }
    return held?.descriptor;
  }

  return {
    read(file, from, to) {
      const descriptor = descriptorOf(file);
      if (descriptor === undefined) return Buffer.alloc(0);
      const end = to ?? fstatSync(descriptor).size;
      const length = Math.max(0, end - from);
      const bytes = roomFor(length);
      return bytes.subarray(0, readSync(descriptor, bytes, 0, length, from)); // what was read, and no more
    },
    close() {
      letGo();
      room = Buffer.alloc(0);
    },
  };
}

export async function removeRiskFile(directory: string, file: number): Promise<void> {
  await unlink(join(directory, segmentFileName(file))).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
  });
}

/** Whether the WAL is done with a file and it ends where it was read to. */
export async function isRiskFileDone(directory: string, file: number, readTo: number): Promise<boolean> {
  const found = await stat(join(directory, segmentFileName(file))).catch(() => undefined);
  return found !== undefined && found.nlink === 1 && found.size <= readTo;
}
