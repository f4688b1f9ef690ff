import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import { temporaryDirectory } from '../../../../test/fixtures/temporary-directory.js';
import { lockDirectory } from './lock-directory.js';

const LOCK = 'collector.lock';

/** A process that runs until the test ends; with `ended`, one that is gone already. */
async function processId(state: 'running' | 'ended'): Promise<number> {
  const child = spawn(process.execPath, ['-e', state === 'running' ? 'setInterval(() => {}, 1000)' : '']);
  onTestFinished(() => void child.kill('SIGKILL'));
  await once(child, state === 'running' ? 'spawn' : 'exit');
  return Number(child.pid);
}

/** The tests may run as root, whom no process is denied: every other process is another user's now. */
function denyProcesses(): void {
  const denied = vi.spyOn(process, 'kill').mockImplementation(() => {
    throw Object.assign(new Error('kill EPERM'), { code: 'EPERM' });
  });
  onTestFinished(() => denied.mockRestore());
}

describe('lockDirectory', () => {
  it('refuses a second owner, naming the first, until it lets go', async () => {
    const directory = await temporaryDirectory();
    const lock = await lockDirectory(directory);
    await expect(lockDirectory(directory)).rejects.toMatchObject({
      code: 'data_directory_locked',
      message: expect.stringContaining(`pid ${process.pid}`),
    });
    await lock.release();
    await (await lockDirectory(directory)).release();
    expect(await readdir(directory)).toEqual([]);
  });

  it.each([
    ['of a process that is gone', async () => `{"pid":${await processId('ended')},"startedAt":"1"}`],
    ['whose pid another process has now', async () => `{"pid":${await processId('running')},"startedAt":"1"}`],
    ['of an earlier life of this very pid', async () => `{"pid":${process.pid},"startedAt":"1"}`],
    ['that stayed empty', async () => ''],
    ['full of garbage', async () => '\u0000\u0000{'],
  ])('takes over a lock %s', async (_, content) => {
    const directory = await temporaryDirectory();
    await writeFile(join(directory, LOCK), await content());
    const lock = await lockDirectory(directory);
    expect(await readdir(directory)).toEqual([LOCK]);
    await expect(lockDirectory(directory)).rejects.toMatchObject({ code: 'data_directory_locked' });
    await lock.release();
  });

  it("takes over a lock whose pid another user's process has now, and leaves another user's lock alone", async () => {
    const directory = await temporaryDirectory();
    denyProcesses();
    await writeFile(join(directory, LOCK), `{"pid":${process.ppid},"startedAt":"1"}`);
    await lockDirectory(directory);
    await expect(lockDirectory(directory)).rejects.toMatchObject({ code: 'data_directory_locked' });
  });

  it("takes another user's process whose start is hidden for the owner", async () => {
    const directory = await temporaryDirectory();
    denyProcesses();
    const hidden = await processId('ended'); // nothing in /proc
    await writeFile(join(directory, LOCK), `{"pid":${hidden},"startedAt":"1"}`);
    await expect(lockDirectory(directory)).rejects.toMatchObject({ code: 'data_directory_locked' });
  });

  it("makes a directory that is its owner's alone", async () => {
    const directory = join(await temporaryDirectory(), 'data');
    await lockDirectory(directory);
    expect((await stat(directory)).mode & 0o777).toBe(0o700);
  });

  it('gives a stale lock to exactly one of two that find it together', async () => {
    for (let round = 0; round < 60; round++) {
      const directory = await temporaryDirectory();
      if (round % 2 === 0) await writeFile(join(directory, LOCK), '{"pid":999999999,"startedAt":"1"}');
      const outcomes = await Promise.allSettled([lockDirectory(directory), lockDirectory(directory)]);
      expect(outcomes.map((outcome) => outcome.status).sort(), `round ${round}`).toEqual(['fulfilled', 'rejected']);
    }
  });
});
