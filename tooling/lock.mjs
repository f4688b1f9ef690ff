// A lock between processes: two commands started at the same moment must not install or build into each other.
import { mkdirSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { StepFailure, say, toolsDir } from './repo.mjs';

/** Longer than any install or build; an owner on another host (a shared checkout) can only be judged by age. */
const staleAfterMs = 30 * 60_000;
/** Making the folder and naming its owner are two calls; a folder without an owner is given this long. */
const namelessAfterMs = 10_000;
const pollMs = 100;

/** Runs `work` while holding `.tools/NAME.lock`. Waits for another holder, removes the lock of a dead one. */
export async function withLock(name, work) {
  mkdirSync(toolsDir, { recursive: true });
  const lock = join(toolsDir, `${name}.lock`);
  await acquire(lock, name);
  // A killed owner leaves its lock behind: that is what the stale check is for. A normal exit does not.
  const release = () => rmSync(lock, { recursive: true, force: true });
  process.once('exit', release);
  try {
    return await work();
  } finally {
    process.off('exit', release);
    release();
  }
}

async function acquire(lock, name) {
  const deadline = Date.now() + staleAfterMs;
  for (let told = false; !tryAcquire(lock); await sleep(pollMs)) {
    if (isStale(lock)) removeStale(lock);
    else if (!told) {
      told = true;
      say(`Waiting for another process that is busy with ${name}...`);
    }
    if (Date.now() > deadline) {
      throw new StepFailure(`Another ${name} has not finished for 30 minutes; end it, delete ${lock} and try again.`);
    }
  }
}

function tryAcquire(lock) {
  try {
    mkdirSync(lock);
  } catch (error) {
    if (error.code === 'EEXIST') return false;
    throw error;
  }
  writeFileSync(join(lock, 'owner.json'), JSON.stringify({ pid: process.pid, host: hostname() }));
  return true;
}

function isStale(lock) {
  const ageMs = Date.now() - (statSync(lock, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
  if (ageMs > staleAfterMs) return true;
  const owner = readOwner(lock);
  if (owner === undefined) return ageMs > namelessAfterMs;
  return owner.host === hostname() && !isAlive(owner.pid);
}

function readOwner(lock) {
  try {
    return JSON.parse(readFileSync(join(lock, 'owner.json'), 'utf8'));
  } catch {
    return undefined; // not written yet, or half written: the caller goes by age
  }
}

function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM'; // exists, belongs to somebody else
  }
}

/**
 * Two waiters may both find the lock stale; without a second lock the slower one would remove the faster one's new
 * lock. So removal happens under `LOCK.steal`, and looks again.
 */
function removeStale(lock) {
  const steal = `${lock}.steal`;
  try {
    mkdirSync(steal);
  } catch (error) {
    if (error.code !== 'EEXIST') throw error;
    const ageMs = Date.now() - (statSync(steal, { throwIfNoEntry: false })?.mtimeMs ?? Date.now());
    if (ageMs > namelessAfterMs) rmSync(steal, { recursive: true, force: true }); // its owner died within microseconds
    return;
  }
  try {
    if (!isStale(lock)) return;
    const grave = `${lock}.dead-${process.pid}`;
    renameSync(lock, grave);
    rmSync(grave, { recursive: true, force: true });
  } catch (error) {
    if (error.code !== 'ENOENT') throw error; // already gone: good
  } finally {
    rmSync(steal, { recursive: true, force: true });
  }
}
