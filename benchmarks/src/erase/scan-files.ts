import { createReadStream } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';

/**
 * Files under a directory that hold an id of a visitor: as text, or as the 16 bytes that ClickHouse makes of it. Files are read
 * in pieces, whatever their size; one that goes away meanwhile holds nothing.
 */
export async function scanFiles(directory: string, visitorId: string): Promise<string[]> {
  const bytes = Buffer.from(visitorId.replaceAll('-', ''), 'hex');
  const stored = Buffer.concat([Buffer.from(bytes.subarray(0, 8)).reverse(), Buffer.from(bytes.subarray(8)).reverse()]);
  const needles = [stored, Buffer.from(visitorId), Buffer.from(visitorId.toUpperCase())];
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const holds = await fileHolds(path, needles).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return false;
      throw error;
    });
    if (holds) found.push(path.slice(directory.length + 1));
  }
  return found;
}

const PIECE_BYTES = 4 * 1_048_576;

async function fileHolds(path: string, needles: readonly Buffer[]): Promise<boolean> {
  const overlap = Math.max(...needles.map(({ length }) => length)) - 1;
  let before = Buffer.alloc(0);
  for await (const piece of createReadStream(path, { highWaterMark: PIECE_BYTES })) {
    const bytes = Buffer.concat([before, piece as Buffer]); // a stream without an encoding gives buffers
    if (needles.some((needle) => bytes.includes(needle))) return true;
    before = bytes.subarray(-overlap);
  }
  return false;
}
