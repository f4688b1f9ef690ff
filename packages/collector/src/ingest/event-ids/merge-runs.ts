import { compareIds, ID_BYTES } from './id-bytes.js';
import type { Run } from './open-run.js';
import { BLOCK_IDS } from './run-format.js';
import type { SortedIds } from './write-run.js';

/**
 * The ids of several runs as those of one, each once; a block of each run is in memory at a time. Damaged blocks are
 * passed over.
 */
export function* mergeRuns(runs: readonly Run[]): Iterable<SortedIds> {
  const workspaces = new Set(runs.flatMap((run) => [...run.sections.keys()]));
  for (const workspaceId of [...workspaces].sort()) yield { workspaceId, pieces: mergeSections(runs, workspaceId) };
}

/** A place in the ids of one run. */
interface Cursor {
  readonly blocks: AsyncIterator<Buffer>;
  ids: Buffer;
  at: number;
}

async function* mergeSections(runs: readonly Run[], workspaceId: string): AsyncIterable<Buffer> {
  let cursors = await openCursors(runs, workspaceId);
  let piece = Buffer.allocUnsafe(BLOCK_IDS * ID_BYTES);
  let length = 0;
  let last: Buffer | undefined;
  for (let lowest = lowestOf(cursors); lowest; lowest = lowestOf(cursors)) {
    const { ids, at } = lowest;
    if (!last || compareIds(ids, at, last, 0) !== 0) {
      if (length === piece.length) {
        yield piece;
        piece = Buffer.allocUnsafe(BLOCK_IDS * ID_BYTES);
        length = 0;
      }
      ids.copy(piece, length, at, at + ID_BYTES);
      last = piece.subarray(length, length + ID_BYTES);
      length += ID_BYTES;
    }
    lowest.at += ID_BYTES;
    if (lowest.at === ids.length && !(await nextBlock(lowest))) cursors = cursors.filter((one) => one !== lowest);
  }
  if (length > 0) yield piece.subarray(0, length);
}

async function openCursors(runs: readonly Run[], workspaceId: string): Promise<Cursor[]> {
  const cursors: Cursor[] = [];
  for (const run of runs) {
    const cursor = { blocks: blocksOf(run, workspaceId), ids: Buffer.alloc(0), at: 0 };
    if (await nextBlock(cursor)) cursors.push(cursor);
  }
  return cursors;
}

async function nextBlock(cursor: Cursor): Promise<boolean> {
  const next = await cursor.blocks.next();
  if (next.done) return false;
  cursor.ids = next.value;
  cursor.at = 0;
  return true;
}

async function* blocksOf(run: Run, workspaceId: string): AsyncGenerator<Buffer> {
  const { firstBlock, blocks } = run.sections.get(workspaceId) ?? { firstBlock: 0, blocks: 0 };
  for (let block = firstBlock; block < firstBlock + blocks; block++) {
    const ids = await run.readBlock(block);
    if (ids) yield ids;
  }
}

/** There are few runs: looking at each is as fast as a heap. */
function lowestOf(cursors: readonly Cursor[]): Cursor | undefined {
  let lowest: Cursor | undefined;
  for (const cursor of cursors) {
    if (!lowest || compareIds(cursor.ids, cursor.at, lowest.ids, lowest.at) < 0) lowest = cursor;
  }
  return lowest;
}
