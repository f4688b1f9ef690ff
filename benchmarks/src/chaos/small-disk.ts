import { execFile } from 'node:child_process';
import { mkdtemp, open, rm, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { unmount } from '../process/unmount.js';

/** A file system of its own that can be filled to the last byte without harm to anything else. */
export interface SmallDisk {
  readonly path: string;
  /** Fills it until so much is left; 0 leaves nothing. */
  fill(leaveBytes: number): Promise<void>;
  /** Takes away all that was filled in. */
  free(): Promise<void>;
  close(): Promise<void>;
}

const PIECE = Buffer.alloc(1_048_576);
const run = promisify(execFile);

/** @returns why there can be none here; undefined where there can. */
export async function whyNoSmallDisk(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'only root may mount a file system';
  try {
    await (await mountSmallDisk(1_048_576)).close();
    return undefined;
  } catch (error) {
    return `no tmpfs here: ${error instanceof Error ? error.message.split('\n')[0] : error}`;
  }
}

/** Mounts a tmpfs of this size. */
export async function mountSmallDisk(bytes: number): Promise<SmallDisk> {
  const path = await mkdtemp(join(tmpdir(), 'tidemark-small-'));
  try {
    await run('mount', ['-t', 'tmpfs', '-o', `size=${bytes}`, 'tidemark-chaos', path]);
  } catch (error) {
    await rm(path, { recursive: true });
    throw error;
  }
  const filler = join(path, 'filler');
  return {
    path,
    async fill(leaveBytes) {
      const file = await open(filler, 'a');
      try {
        for (;;) {
          const { bavail, bsize } = await statfs(path);
          const more = Math.min(PIECE.length, bavail * bsize - leaveBytes);
          if (more <= 0) return;
          await file.write(PIECE.subarray(0, more));
        }
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error; // somebody else took the rest
      } finally {
        await file.close();
      }
    },
    free: () => rm(filler, { force: true }),
    async close() {
      await unmount(path);
      await rm(path, { recursive: true });
    },
  };
}
