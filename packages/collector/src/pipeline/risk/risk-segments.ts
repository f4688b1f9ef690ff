import { link, open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
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

/** Bytes of a file from an offset up to its end or to a limit; empty when it is not there. */
export async function readRiskFile(directory: string, file: number, from: number, to?: number): Promise<Buffer> {
  const handle = await open(join(directory, segmentFileName(file)), 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  if (!handle) return Buffer.alloc(0);
  try {
    const end = to ?? (await handle.stat()).size;
    const bytes = Buffer.alloc(Math.max(0, end - from));
    const { bytesRead } = await handle.read(bytes, 0, bytes.length, from);
    return bytes.subarray(0, bytesRead);
  } finally {
    await handle.close();
  }
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
