import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { readText } from '../disk/read-text.js';
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
  await mkdir(directory, { recursive: true, mode: 0o700 }); // events and keys: nobody else's business
  const path = join(directory, 'collector.lock');
  while (!(await tryLock(path))) {
    const found = await readWhenWritten(path);
    const pid = await runningOwner(found);
    if (pid !== undefined) {
      throw new TidemarkError(
        'data_directory_locked',
        `${directory} belongs to the running collector with pid ${pid}; stop it, or choose another --data`,
      );
    }
    await removeStale(path, found);
  }
  return { release: () => unlink(path) };
}

/** @returns the pid of the running process that a directory belongs to; undefined when it belongs to none. */
export async function ownerOf(directory: string): Promise<number | undefined> {
  return runningOwner(await readText(join(directory, 'collector.lock')).catch(() => ''));
}

/** @returns whether the lock is ours now; false when there is one already. */
async function tryLock(path: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx');
    await file.writeFile(JSON.stringify({ pid: process.pid, startedAt: await startTicks(process.pid) }));
    await file.close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  }
}

const WRITE_WAIT_MS = 500;
const WRITE_POLL_MS = 10;

/** An empty lock is one that is just being written; its writer died only if it stays empty. */
async function readWhenWritten(path: string): Promise<string> {
  for (const deadline = performance.now() + WRITE_WAIT_MS; ; ) {
    const text = await readText(path).catch(emptyWhenMissing);
    if (text !== '' || performance.now() > deadline) return text;
    await new Promise((resolve) => setTimeout(resolve, WRITE_POLL_MS));
  }
}

/** @returns the pid of the lock's owner, or undefined when that process is gone. */
async function runningOwner(lock: string): Promise<number | undefined> {
  const pid = Number(/"pid":(\d+)/.exec(lock)?.[1] ?? 0);
  const startedAt = /"startedAt":"(\d*)"/.exec(lock)?.[1] ?? '';
  if (pid === 0) return undefined;
  const found = lookFor(pid);
  if (found === 'gone') return undefined;
  const ticks = await startTicks(pid);
  if (found === 'of another user' && ticks === '') return pid; // its start may be hidden from us: it may be the owner
  return startedAt === ticks ? pid : undefined; // a pid alone is used again
}

function lookFor(pid: number): 'ours' | 'of another user' | 'gone' {
  try {
    process.kill(pid, 0);
    return 'ours';
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' ? 'of another user' : 'gone';
  }
}

/**
 * Of two that found the same stale lock, a rename gives it to one. The other may be handed the lock that the first has
 * made since, and puts it back.
 */
async function removeStale(path: string, stale: string): Promise<void> {
  const aside = `${path}.${randomUUID()}`;
  try {
    await rename(path, aside);
  } catch (error) {
    emptyWhenMissing(error as NodeJS.ErrnoException);
    return;
  }
  if ((await readText(aside)) !== stale) await link(aside, path);
  await unlink(aside);
}

/** Clock ticks from boot to the process's start: field 22 of /proc/PID/stat; empty where there is no /proc. */
async function startTicks(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return state === 'Z' ? 'ended' : (fields[18] ?? ''); // a killed process stays as a zombie until its parent looks
}

function emptyWhenMissing(error: NodeJS.ErrnoException): string {
  if (error.code !== 'ENOENT') throw error;
  return '';
}
