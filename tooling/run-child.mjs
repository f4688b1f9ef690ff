// One way to run a child: bounded in time, alone in its process group so that nothing it started outlives it.
import { spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { root, say } from './repo.mjs';

/** From a polite end to a forced one; vitest and npm need a moment to end their own children. */
const graceMs = 5_000;
/** A log file is read without a terminal: no colour codes in it, unless somebody asks for them. */
const plain = process.stdout.isTTY || process.env.FORCE_COLOR ? {} : { NO_COLOR: '1' };
/** What is still in the pipes after the group is dead arrives at once. */
const drainMs = 1_000;

/**
 * @param {string} command
 * @param {string[]} args
 * @param {object} options
 * @param {number} options.timeoutMs the whole process group is ended after this long.
 * @param {'inherit' | 'stderr' | 'capture'} [options.output] where the child's output goes; `capture` returns it.
 * @param {Record<string, string>} [options.env] added to this process's own.
 * @returns {Promise<{ code: number, timedOut: boolean, output: string, durationMs: number }>} never rejects: a command
 *   that cannot start has code 127, one that ran out of time 124.
 */
export async function runChild(command, args, { output = 'stderr', timeoutMs, env = {} }) {
  const startedAt = performance.now();
  const stdio = { inherit: ['ignore', 1, 2], stderr: ['ignore', 2, 2], capture: ['ignore', 'pipe', 'pipe'] }[output];
  const child = spawn(command, args, { cwd: root, stdio, detached: true, env: { ...process.env, ...plain, ...env } });
  const chunks = [];
  child.stdout?.on('data', (chunk) => chunks.push(chunk));
  child.stderr?.on('data', (chunk) => chunks.push(chunk));
  const closed = new Promise((resolve) => child.once('close', resolve));
  // 'exit', not 'close', ends the run: a stray grandchild may hold the pipes open for ever.
  const exited = new Promise((resolve) => {
    child.once('exit', (code) => resolve(code ?? 1));
    child.once('error', (error) => {
      chunks.push(Buffer.from(`${error.message}\n`));
      resolve(127);
    });
  });

  let timedOut = false;
  let interrupted = false;
  const timer = setTimeout(() => {
    timedOut = true;
    endGroup(child.pid);
  }, timeoutMs);
  // The child is not in the terminal's foreground group, so Ctrl-C reaches it only through here.
  const onSignal = () => {
    interrupted = true;
    endGroup(child.pid);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, onSignal);
  const code = await exited;
  clearTimeout(timer);
  for (const signal of signals) process.off(signal, onSignal);
  killGroup(child.pid, 'SIGKILL');
  if (interrupted) process.exit(130);
  await Promise.race([closed, sleep(drainMs, undefined, { ref: false })]);
  return {
    code: timedOut ? 124 : code,
    timedOut,
    output: Buffer.concat(chunks).toString('utf8'),
    durationMs: performance.now() - startedAt,
  };
}

/**
 * A set-up step: its output goes to standard error, or with `quiet` nowhere unless it fails.
 *
 * @returns {Promise<boolean>} whether it succeeded.
 */
export async function runStep(command, args, { quiet, timeoutMs }) {
  const { code, output, timedOut } = await runChild(command, args, { output: quiet ? 'capture' : 'stderr', timeoutMs });
  if (code !== 0 && output !== '') say(output);
  if (timedOut) say(`Stopped after ${timeoutMs / 60_000} minutes.`);
  return code === 0;
}

function endGroup(pid) {
  killGroup(pid, 'SIGTERM');
  setTimeout(() => killGroup(pid, 'SIGKILL'), graceMs).unref();
}

function killGroup(pid, signal) {
  if (pid === undefined) return; // never started
  try {
    process.kill(-pid, signal);
  } catch {
    // Nobody left in the group: what we wanted.
  }
}
