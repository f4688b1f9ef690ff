import { type ChildProcess, execFileSync, spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** A system call that is made to fail in a running process. */
export interface SyscallFault {
  readonly call: 'fdatasync' | 'fsync' | 'ftruncate' | 'openat' | 'rename' | 'unlink';
  readonly error: 'EIO' | 'EMFILE' | 'ENOSPC';
  /** Of each thread's calls: the first that fails, and from there on every so-manyth. */
  readonly first: number;
  readonly every: number;
}

const ENDS_WITHIN_MS = 5_000;

/** @returns why system calls cannot be made to fail here; undefined where they can. */
export function whyNoStrace(): string | undefined {
  try {
    execFileSync('strace', ['-o', '/dev/null', '-e', 'inject=fdatasync:error=EIO:when=1', 'true'], { stdio: 'ignore' });
    return undefined;
  } catch (error) {
    return `strace cannot be used: ${error instanceof Error ? error.message.split('\n')[0] : error}`;
  }
}

/**
 * Makes calls of all threads of a process fail while the work is done; processes that run already beside it are left alone.
 *
 * @param logFile - where strace writes; anew each time.
 * @returns how many calls failed.
 * @see strace(1), "Tampering"
 */
export async function withSyscallFault(
  pid: number,
  { call, error, first, every }: SyscallFault,
  logFile: string,
  work: () => Promise<void>,
): Promise<number> {
  const inject = `inject=${call}:error=${error}:when=${first}+${every}`;
  const args = ['-f', '-p', String(pid), '-o', logFile, '-e', `trace=${call}`, '-e', inject];
  const strace = spawn('strace', args, { stdio: ['ignore', 'ignore', 'pipe'] });
  await attached(strace);
  try {
    await work();
  } finally {
    await detach(strace);
  }
  return readFileSync(logFile, 'utf8').match(/\(INJECTED\)/g)?.length ?? 0;
}

function attached(strace: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    let said = '';
    strace.stderr?.on('data', (chunk: Buffer) => {
      said += chunk.toString();
      if (said.includes('attached')) resolve();
    });
    strace.once('exit', () => reject(new Error(`strace did not attach: ${said}`)));
  });
}

async function detach(strace: ChildProcess): Promise<void> {
  const ended = new Promise<void>((resolve) => strace.once('exit', () => resolve()));
  strace.kill('SIGINT'); // it lets go of the process, which goes on
  const impatience = setTimeout(() => strace.kill('SIGKILL'), ENDS_WITHIN_MS);
  await ended;
  clearTimeout(impatience);
}
