import { mkdir, open, readFile, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { TidemarkError } from '../observe/errors.js';

export interface DirectoryLock {
  release(): Promise<void>;
}

/**
 * Makes this process the one owner of a data directory. A lock left by a process that is gone is taken over,
 * so that a killed collector never locks itself out.
 *
 * @throws {TidemarkError} `data_directory_locked`, with the pid of the owner.
 */
export async function lockDirectory(directory: string): Promise<DirectoryLock> {
  await mkdir(directory, { recursive: true });
  const path = join(directory, 'collector.lock');
  for (;;) {
    const owner = await tryLock(path);
    if (owner === undefined) return { release: () => unlink(path) };
    if (await isRunning(owner)) {
      throw new TidemarkError(
        'data_directory_locked',
        `${directory} belongs to the running collector with pid ${owner.pid}; stop it, or choose another --data`,
      );
    }
    await unlink(path).catch(ignoreMissing); // two that find the same stale lock both come back to tryLock
  }
}

interface Owner {
  readonly pid: number;
  /** Clock ticks from boot to the process's start, where the platform tells: a pid alone is used again. */
  readonly startedAt: string;
}

/** @returns the owner who holds the lock, or undefined when it is ours now. */
async function tryLock(path: string): Promise<Owner | undefined> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(JSON.stringify({ pid: process.pid, startedAt: await startTicks(process.pid) }));
    await file.close();
    return undefined;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const text = await readFile(path, 'utf8').catch(() => '');
  const pid = Number(/"pid":(\d+)/.exec(text)?.[1] ?? 0);
  return { pid, startedAt: /"startedAt":"(\d*)"/.exec(text)?.[1] ?? '' };
}

async function isRunning(owner: Owner): Promise<boolean> {
  if (owner.pid === 0) return false;
  try {
    process.kill(owner.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  return owner.startedAt === (await startTicks(owner.pid));
}

/** Field 22 of /proc/PID/stat; empty where there is no /proc. */
async function startTicks(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19] ?? '';
}

function ignoreMissing(error: NodeJS.ErrnoException): void {
  if (error.code !== 'ENOENT') throw error;
}
