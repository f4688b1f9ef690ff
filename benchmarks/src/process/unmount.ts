import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { waitUntil } from './wait-until.js';

/** A browser's or an engine's last helper can outlive it by seconds on a busy machine. */
const WITHIN_MS = 60_000;
const run = promisify(execFile);

/** Unmounts once those who were killed have let go of their files. @throws when somebody never does. */
export async function unmount(path: string): Promise<void> {
  const tryUnmount = () =>
    run('umount', [path]).then(
      () => true,
      () => false,
    );
  if ((await waitUntil(tryUnmount, WITHIN_MS, 50)) === undefined) throw new Error(`${path} stayed in use`);
}
