import { open, readdir, stat, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { freeBytesOf } from '../../boot/readiness-probes.js';
import { formatDuration } from '../format-table.js';
import { checkKeys, OTHERS } from './check-keys.js';
import { type Finding, findingsOf } from './finding.js';

const { ok, warn, fail } = findingsOf('Data');
const MIB = 1_048_576;
/** Beside the reserve: so much is full within hours. */
const DISK_WARN_BYTES = 2 * 1_024 * MIB;
const SYNCS = 15;
const SYNC_BYTES = 16 * 1_024;
/** An answer waits for one sync, so these are felt by every sender. */
const SYNC_SLOW_MS = 25;
const SYNC_BROKEN_MS = 1_000;
const BACKLOG_OLD_MS = 5 * 60_000;
const BACKLOG_STUCK_MS = 24 * 3_600_000;

/** The data directory: whose it is, how much fits into it, how quick its disk is, and what waits there for the store. */
export async function checkData(directory: string, reserveBytes: number, nowMs: number): Promise<Finding[]> {
  const found = await stat(directory).catch(() => undefined);
  if (!found) {
    return [ok('directory', `${directory} is not there yet; the first start makes it`)];
  }
  if (!found.isDirectory()) {
    return [fail('directory', `${directory} is no directory`, 'Name another with --data or TIDEMARK_DATA.')];
  }
  return [
    checkMode('directory', directory, found.mode, 'go'),
    ...(await checkKeys(directory, nowMs)),
    await checkDisk(directory, reserveBytes),
    await checkSync(directory),
    await checkBacklog(join(directory, 'wal'), nowMs),
  ];
}

function checkMode(name: string, path: string, mode: number, who: string): Finding {
  if ((mode & OTHERS) === 0) return ok(name, `${path} is its owner's alone`);
  const shown = (mode & 0o777).toString(8);
  return warn(name, `${path} is open to others (${shown})`, `Take it away from them: chmod ${who}-rwx '${path}'.`);
}

async function checkDisk(directory: string, reserveBytes: number): Promise<Finding> {
  const free = await freeBytesOf(directory);
  const found = `${Math.floor(free / MIB).toLocaleString('en-US')} MiB free`;
  const advice =
    'Make room, or move the data directory to a larger disk: events are refused when only the reserve is left (TIDEMARK_DISK_RESERVE_MIB).';
  if (free < reserveBytes) return fail('disk space', found, advice);
  return free < reserveBytes + DISK_WARN_BYTES ? warn('disk space', found, advice) : ok('disk space', found);
}

/** Measured as the WAL does it: a few kilobytes, then fdatasync. */
async function checkSync(directory: string): Promise<Finding> {
  const path = join(directory, `doctor-${process.pid}.tmp`);
  try {
    const file = await open(path, 'wx', 0o600);
    const took: number[] = [];
    try {
      for (let at = 0; at < SYNCS; at++) {
        await file.write(Buffer.alloc(SYNC_BYTES, at));
        const startedAt = performance.now();
        await file.datasync();
        took.push(performance.now() - startedAt);
      }
    } finally {
      await file.close();
      await unlink(path);
    }
    took.sort((a, b) => a - b);
    const median = took[Math.floor(took.length / 2)] ?? 0;
    const found = `median ${median.toFixed(1)} ms, slowest ${(took.at(-1) ?? 0).toFixed(1)} ms of ${SYNCS}`;
    const advice = 'Put the data directory on a local SSD: every answer waits for one sync.';
    if (median > SYNC_BROKEN_MS) return fail('sync to disk', found, advice);
    return median > SYNC_SLOW_MS ? warn('sync to disk', found, advice) : ok('sync to disk', found);
  } catch (error) {
    const advice = 'Make the directory writable for the account that the collector runs under.';
    return fail(
      'sync to disk',
      `it cannot be written: ${(error as NodeJS.ErrnoException).code ?? String(error)}`,
      advice,
    );
  }
}

async function checkBacklog(directory: string, nowMs: number): Promise<Finding> {
  const names = await readdir(directory).catch(() => [] as string[]);
  const segments = await Promise.all(
    names.filter((name) => name.endsWith('.wal')).map((name) => stat(join(directory, name)).catch(() => undefined)),
  );
  const there = segments.filter((segment) => segment !== undefined); // the loader may have been quicker
  const damaged = names.filter((name) => name.endsWith('.damaged') || name.includes('quarantine')).length;
  if (damaged > 0) {
    const advice = `What was good in them is loaded; keep them for a look, then delete them from ${directory}.`;
    return warn('WAL', `${damaged} damaged segments are set aside`, advice);
  }
  if (there.length === 0) return ok('WAL', 'empty: all that was accepted is in the store');
  const bytes = there.reduce((sum, { size }) => sum + size, 0);
  const ageMs = nowMs - Math.min(...there.map(({ mtimeMs }) => mtimeMs));
  const found = `${there.length} segments, ${(bytes / MIB).toFixed(1)} MiB, the oldest ${formatDuration(ageMs)} old`;
  const advice = 'The store does not take them: see below why. Nothing is lost as long as the disk has room.';
  if (ageMs > BACKLOG_STUCK_MS) return fail('WAL', found, advice);
  return ageMs > BACKLOG_OLD_MS ? warn('WAL', found, advice) : ok('WAL', found);
}
