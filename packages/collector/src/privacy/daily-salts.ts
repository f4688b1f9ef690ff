import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { nodeFileSystem } from '../disk/file-system.js';
import { readIfFile } from '../disk/set-aside.js';
import { writeWhole } from '../disk/write-whole.js';

/** Salts that live for two days (UTC), beside the WAL. */
export interface DailySalts {
  /** The salt of a moment's day, on disk before it is given. Whoever gets it keeps it no longer than the work takes. */
  at(nowMs: number): Promise<Buffer>;
  /** Destroys what is over. @returns the days whose salt is gone, ISO. */
  destroyOver(nowMs: number): Promise<readonly string[]>;
  /** Forgets those in memory; the files stay for the next start. */
  close(): void;
}

/** Its name is in `LEFT_OUT` of backups: a copy would outlive the days. */
const DIRECTORY = 'daily-salts';
const SALT_BYTES = 32;
const DAY_MS = 86_400_000;
/** From the beginning of its day: the day itself, and one more for those who ask what was said on it. */
const LIFE_MS = 2 * DAY_MS;
const NAME = /^(\d{4}-\d\d-\d\d)\.salt(?:\.new)?$/;

/**
 * Opens the salts of a data directory. Each day has one of its own, random, in a file that its owner alone may read; 48 hours
 * after its day began it is overwritten, synced, unlinked, and the directory is synced. A salt that is gone is not made again:
 * the clock that goes back to its day gets another one.
 */
export async function openDailySalts(dataDirectory: string, nowMs: number): Promise<DailySalts> {
  const directory = join(dataDirectory, DIRECTORY);
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await nodeFileSystem.syncDirectory(dataDirectory);
  const known = new Map<string, Buffer>();
  let tail: Promise<unknown> = Promise.resolve();

  /** One after another: two batches at midnight must not make two salts of one day. */
  function inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = tail.then(work);
    tail = result.catch(() => undefined);
    return result;
  }

  async function readOrMake(day: string): Promise<Buffer> {
    const there = known.get(day) ?? (await readSalt(join(directory, `${day}.salt`)));
    const salt = there ?? (await makeSalt(directory, day));
    known.set(day, salt);
    return salt;
  }

  async function destroy(now: number): Promise<readonly string[]> {
    const days = new Set<string>();
    for (const name of await readdir(directory)) {
      const day = NAME.exec(name)?.[1];
      if (day === undefined || now < Date.parse(day) + LIFE_MS) continue;
      await overwrite(join(directory, name));
      days.add(day);
    }
    if (days.size > 0) await nodeFileSystem.syncDirectory(directory);
    for (const [day, salt] of known) {
      if (now < Date.parse(day) + LIFE_MS) continue;
      salt.fill(0);
      known.delete(day);
    }
    return [...days].sort();
  }

  await destroy(nowMs);
  return {
    async at(now) {
      const day = dayOf(now);
      return known.get(day) ?? inTurn(() => readOrMake(day));
    },
    destroyOver: (now) => inTurn(() => destroy(now)),
    close() {
      for (const salt of known.values()) salt.fill(0);
      known.clear();
    },
  };
}

function dayOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10);
}

/** @returns undefined where there is none, or half of one. */
async function readSalt(path: string): Promise<Buffer | undefined> {
  const salt = await readIfFile(path, nodeFileSystem);
  return salt?.length === SALT_BYTES ? salt : undefined;
}

/** On disk when it resolves: after a restart the day goes on under the same salt. */
async function makeSalt(directory: string, day: string): Promise<Buffer> {
  const salt = randomBytes(SALT_BYTES);
  await writeWhole(join(directory, `${day}.salt`), salt);
  return salt;
}

/** In place, so that the blocks that held it are those that are written over, where the file system does not copy on write. */
async function overwrite(path: string): Promise<void> {
  const file = await open(path, 'r+');
  try {
    await file.write(randomBytes(SALT_BYTES), 0, SALT_BYTES, 0);
    await file.sync();
  } finally {
    await file.close();
  }
  await unlink(path);
}
