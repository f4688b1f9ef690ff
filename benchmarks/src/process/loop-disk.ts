import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { clockMs } from './clock.js';
import { unmount } from './unmount.js';

/** An ext4 file system in a file, whose power can be cut. */
export interface LoopDisk {
  readonly path: string;
  /** From here on nothing more reaches the disk; what was not forced to it is gone. @returns since when, `clockMs`. */
  cutPower(): Promise<number>;
  /** After all who used it have ended: as the next boot finds it. */
  remount(): Promise<void>;
  close(): Promise<void>;
}

const SIZE_BYTES = 512 * 1024 * 1024;
/** EXT4_IOC_SHUTDOWN with EXT4_GOING_FLAGS_NOLOGFLUSH.  @see fs/ext4/ext4.h, "ioctl's for the online shutdown" */
const SHUTDOWN = `
  my $how = pack("L", 2);
  open(my $d, "<", $ARGV[0]) or die $!;
  $| = 1;
  print "ready";
  <STDIN>;
  ioctl($d, 0x8004587d, $how) or die $!`;

const run = promisify(execFile);

/** @returns why there can be none here; undefined where there can. */
export async function whyNoLoopDisk(): Promise<string | undefined> {
  if (process.getuid?.() !== 0) return 'only root may mount a disk';
  try {
    const disk = await openLoopDisk();
    return (await forgets(disk).finally(disk.close)) ? undefined : 'its power cannot be cut: it forgot nothing';
  } catch (error) {
    return `no ext4 on a loop device here: ${error instanceof Error ? error.message.split('\n')[0] : error}`;
  }
}

/** As a boot does: replays the journal and mends what is plain. Exit codes up to 1 say that the disk is sound now. */
async function checkDisk(image: string): Promise<void> {
  await run('e2fsck', ['-p', image]).catch((error: { readonly code?: unknown; readonly stdout?: string }) => {
    if (error.code !== 1) throw new Error(`e2fsck ended with ${error.code}: ${error.stdout}`);
  });
}

/** A disk that remembers what nobody forced to it would prove nothing. */
async function forgets(disk: LoopDisk): Promise<boolean> {
  const path = join(disk.path, 'never-forced');
  await writeFile(path, 'x');
  await disk.cutPower();
  await disk.remount();
  return !existsSync(path);
}

export async function openLoopDisk(): Promise<LoopDisk> {
  const directory = await mkdtemp(join(tmpdir(), 'tidemark-disk-'));
  const image = join(directory, 'image');
  const path = join(directory, 'mount');
  const mount = () => run('mount', ['-o', 'loop', image, path]);
  try {
    await writeFile(image, '');
    await truncate(image, SIZE_BYTES); // a sparse file
    await run('mkfs.ext4', ['-q', '-F', image]);
    await mkdir(path);
    await mount();
  } catch (error) {
    await rm(directory, { recursive: true, force: true });
    throw error;
  }
  return {
    path,
    async cutPower() {
      const cutting = run('perl', ['-e', SHUTDOWN, path]);
      const { stdin, stdout } = cutting.child;
      if (stdout) await Promise.race([once(stdout, 'data'), cutting]); // to start it takes longer than to cut
      const atMs = clockMs();
      stdin?.end();
      await cutting;
      return atMs;
    },
    async remount() {
      await unmount(path);
      await checkDisk(image);
      await mount();
    },
    async close() {
      await unmount(path);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
