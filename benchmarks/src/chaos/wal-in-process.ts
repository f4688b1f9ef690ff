import type { FileSystem } from '../../../packages/collector/dist/disk/file-system.js';
import { openWal, type Wal } from '../../../packages/collector/dist/wal/open-wal.js';
import type { WalRecord } from '../../../packages/collector/dist/wal/record.js';
import type { Segment } from '../../../packages/collector/dist/wal/segment.js';

/*
 * The collector's own WAL, as built, in this process and on a disk in memory: tens of thousands of starts in seconds.
 */

export const WAL_DIRECTORY = '/wal';

/** One row that says its name. */
export function rowRecord(name: string): WalRecord {
  return { stream: 0, rowCount: 1, note: Buffer.alloc(0), rows: Buffer.from(name) };
}

export function openTestWal(fileSystem: FileSystem, segmentRows = 1_000): Promise<Wal> {
  return openWal({
    directory: WAL_DIRECTORY,
    fileSystem,
    layout: 'text',
    lingerMs: 0,
    commitBytes: 1_048_576,
    segmentRows,
    segmentBytes: 1_048_576,
    onRecovered: () => undefined,
  });
}

/** The rows that a segment gives to the loader. */
export async function rowsOf(wal: Wal, segment: Segment): Promise<string[]> {
  return (await wal.read(segment)).records.map(({ rows }) => Buffer.from(rows).toString());
}

/** What a start would load, segment by segment. */
export async function segmentsAfterStart(fileSystem: FileSystem): Promise<string[][]> {
  const wal = await openTestWal(fileSystem);
  const segments: string[][] = [];
  for (const segment of wal.sealed()) segments.push(await rowsOf(wal, segment));
  await wal.close();
  return segments;
}
