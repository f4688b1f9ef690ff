import { join } from 'node:path';
import type { FileSystem } from '../disk/file-system.js';
import { DAMAGED, readIfFile, setAside } from '../disk/set-aside.js';
import { writeWhole } from '../disk/write-whole.js';
import { cutAt } from './refused-tails.js';
import { readSegment, type Segment, type SegmentContent, segmentFileName, segmentNumber } from './segment.js';

export interface Recovery {
  /** What was found and can be loaded, oldest first. */
  readonly segments: readonly Segment[];
  readonly nextNumber: number;
  readonly rows: number;
  /** Segments whose end was torn, and the bytes cut from them. */
  readonly cutTails: number;
  readonly cutBytes: number;
  /** Stretches of damage with good frames behind them. */
  readonly gaps: number;
  /** Segments set aside because their header could not be read, or because they are no files. */
  readonly quarantined: number;
}

/**
 * Looks at every segment a former process left behind. Whatever lies there, it comes back with what is good:
 * a torn end is cut off, an unreadable segment, and what is no file, is renamed to `.damaged` and left for a person.
 *
 * @param onSegment - sees the content of each good segment, oldest first; it is not kept.
 */
export async function recoverSegments(
  directory: string,
  fileSystem: FileSystem,
  onSegment: (content: SegmentContent) => void,
): Promise<Recovery> {
  const names = await fileSystem.list(directory);
  const numbers = names
    .map(segmentNumber)
    .filter((number) => number !== undefined)
    .sort((a, b) => a - b);
  const segments: Segment[] = [];
  let rows = 0;
  let cutTails = 0;
  let cutBytes = 0;
  let gaps = 0;
  let quarantined = 0;
  for (const number of numbers) {
    const path = join(directory, segmentFileName(number));
    const bytes = await readIfFile(path, fileSystem);
    const content = bytes && readOrUndefined(bytes);
    if (!content) {
      if (bytes?.length !== 0) quarantined++;
      await setAside(path, fileSystem);
      continue;
    }
    if (content.goodEnd < bytes.length) {
      cutTails++;
      cutBytes += bytes.length - content.goodEnd;
    }
    gaps += content.gaps;
    if (content.records.length === 0) {
      await fileSystem.remove(path);
      continue;
    }
    // Synced whether it is cut or not: a killed process may have left its last commit in the page cache alone, and from
    // here on copies of it are acknowledged.
    await cutAt(path, content.goodEnd, fileSystem).catch(() =>
      writeAnew(path, bytes.subarray(0, content.goodEnd), fileSystem),
    );
    rows += content.records.reduce((sum, record) => sum + record.rowCount, 0);
    segments.push({ number, path });
    onSegment(content);
  }
  await fileSystem.syncDirectory(directory);
  return { segments, nextNumber: highestNumber(names) + 1, rows, cutTails, cutBytes, gaps, quarantined };
}

/** What was set aside keeps its number for itself: a later segment under it could end up in its place. */
function highestNumber(names: readonly string[]): number {
  const numbers = names.map((name) => segmentNumber(name.endsWith(DAMAGED) ? name.slice(0, -DAMAGED.length) : name));
  return numbers.reduce<number>((highest, number) => Math.max(highest, number ?? 0), 0);
}

function readOrUndefined(bytes: Buffer): SegmentContent | undefined {
  try {
    return readSegment(bytes);
  } catch {
    return undefined; // counted by the caller: an unreadable header is an expected outcome of a crash
  }
}

const ATTEMPTS = 5;

/** After a failed sync the kernel may have dropped pages, and say of the next one that all is well: only new ones are sure. */
async function writeAnew(path: string, bytes: Uint8Array, fileSystem: FileSystem, attempt = 1): Promise<void> {
  try {
    await writeWhole(path, bytes, fileSystem);
  } catch (error) {
    if (attempt === ATTEMPTS) throw error;
    await writeAnew(path, bytes, fileSystem, attempt + 1);
  }
}
