import { copyFile, link, mkdir, rm, symlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { TidemarkError } from '../observe/errors.js';
import { listFiles, SNAPSHOT } from './backup-files.js';

/**
 * A file of a part of a table. The engine makes a part under another name, gives it its own when it is whole, and never writes to it
 * again: it lives on under a second name of ours, whatever becomes of the first.
 */
const PART_FILE = /^(engine\/data\/store\/[^/]+\/[^/]+\/(?!tmp|delete_tmp)[\w-]+_\d+_\d+_\d+(?:_\d+)?)\/.+/;
/** What the engine has not finished, and what it has done with. */
const UNFINISHED = /^engine\/data\/store\/[^/]+\/[^/]+\/(?:tmp|delete_tmp)/;
/** Last: what was read of it before is in no later state than it says. */
const WAL = /^wal\//;

/** Parts go while they are merged, and while nothing is loaded there are fewer and fewer of them; a pass takes far less than a second. */
const WITHIN_MS = 20_000;

/**
 * Takes what a data directory holds at this moment, to be copied in peace: parts of tables under a second name each, which takes no
 * room and hardly any time, and a copy of all else. Nothing may be loaded meanwhile, which the caller sees to; events are accepted.
 *
 * A part that a merge replaces while we look is found again in the one that replaces it: that one has its name before the first
 * goes, and a store that has both knows which counts.
 *
 * @returns where it lies; whoever is done with it removes it.
 * @throws {TidemarkError} `store_refused` when parts went faster than they were taken.
 */
export async function snapshotData(dataDirectory: string): Promise<string> {
  const snapshot = join(dataDirectory, SNAPSHOT);
  await dropSnapshot(dataDirectory);
  await mkdir(snapshot, { mode: 0o700 });
  const taken = new Set<string>();
  for (const deadline = performance.now() + WITHIN_MS; performance.now() < deadline; ) {
    if (await takeAll(dataDirectory, snapshot, taken)) return snapshot;
  }
  await dropSnapshot(dataDirectory);
  throw new TidemarkError('store_refused', 'the tables changed faster than they could be taken; try again in a moment');
}

/** It holds what people are erased from: gone at each start, and before anybody is erased. */
export async function dropSnapshot(dataDirectory: string): Promise<void> {
  await rm(join(dataDirectory, SNAPSHOT), { recursive: true, force: true });
}

/** @returns whether everything that was there could be taken. */
async function takeAll(dataDirectory: string, snapshot: string, taken: Set<string>): Promise<boolean> {
  const listed = await unlessGone(() => listFiles(dataDirectory));
  if (!listed) return false;
  let isWhole = true;
  const files = listed.files.filter((path) => !UNFINISHED.test(path));
  for (const path of [...files.filter((one) => !WAL.test(one)), ...files.filter((one) => WAL.test(one))]) {
    if (taken.has(path)) continue;
    const part = PART_FILE.exec(path)?.[1];
    const [from, to] = [join(dataDirectory, path), join(snapshot, path)];
    await mkdir(dirname(to), { recursive: true, mode: 0o700 });
    const took = await unlessGone(async () => {
      await (part === undefined ? copyFile(from, to) : link(from, to));
      return true;
    });
    if (took) {
      taken.add(path);
      continue;
    }
    isWhole = false;
    if (part === undefined) continue;
    await rm(join(snapshot, part), { recursive: true, force: true }); // half of one would be damage
    for (const other of taken) if (other.startsWith(`${part}/`)) taken.delete(other);
  }
  for (const { path, to } of listed.links) {
    if (taken.has(path)) continue;
    await mkdir(dirname(join(snapshot, path)), { recursive: true, mode: 0o700 });
    await symlink(to, join(snapshot, path));
    taken.add(path);
  }
  return isWhole;
}

async function unlessGone<T>(take: () => Promise<T>): Promise<T | undefined> {
  try {
    return await take();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined; // a file system's error has one
    throw error;
  }
}
