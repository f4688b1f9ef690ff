import { readFile } from 'node:fs/promises';
import { type Finding, findingsOf } from './finding.js';

const { ok, warn, fail } = findingsOf('Machine');
/** The first version that everything here was tried with. */
const NODE_MIN = { major: 20, minor: 19 };
/** When this was written: a clock before it is wrong. */
const CLOCK_MIN_MS = Date.UTC(2026, 0, 1);
/** Protocol times end here, and a clock beyond it is wrong too. */
const CLOCK_MAX_MS = Date.UTC(2100, 0, 1);
/** Segments, the store's sockets and the log, beside connections. */
const OTHER_FILES = 128;

export interface MachineFacts {
  readonly nodeVersion: string;
  readonly nowMs: number;
  /** What /proc/self/limits says; empty where there is none. */
  readonly limits: string;
  readonly maxConnections: number;
}

export async function readMachineFacts(maxConnections: number): Promise<MachineFacts> {
  const limits = await readFile('/proc/self/limits', 'utf8').catch(() => ''); // only Linux has it
  return { nodeVersion: process.versions.node, nowMs: Date.now(), limits, maxConnections };
}

export function checkMachine({ nodeVersion, nowMs, limits, maxConnections }: MachineFacts): Finding[] {
  return [checkRuntime(nodeVersion), checkClock(nowMs), ...checkFiles(limits, maxConnections)];
}

function checkRuntime(version: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const isNew = major > NODE_MIN.major || (major === NODE_MIN.major && minor >= NODE_MIN.minor);
  const found = `Node ${version}, ${process.platform}-${process.arch}`;
  return isNew
    ? ok('runtime', found)
    : fail('runtime', found, `Install Node ${NODE_MIN.major}.${NODE_MIN.minor} or newer.`);
}

function checkClock(nowMs: number): Finding {
  const found = new Date(nowMs).toISOString();
  if (nowMs >= CLOCK_MIN_MS && nowMs < CLOCK_MAX_MS) return ok('clock', found);
  return fail('clock', found, 'Set the clock, and keep it by NTP: events are stamped and retained by it.');
}

function checkFiles(limits: string, maxConnections: number): Finding[] {
  const [, allowed] = /^Max open files +\S+ +(\S+)/m.exec(limits) ?? []; // the hard one: Node raises itself to it
  if (allowed === undefined) return [];
  const needed = maxConnections + OTHER_FILES;
  if (allowed === 'unlimited' || Number(allowed) >= needed)
    return [ok('open files', `${allowed} allowed, ${needed} needed at most`)];
  return [
    warn(
      'open files',
      `${allowed} allowed, and ${needed} needed at most`,
      `Raise the limit (ulimit -n ${needed}, or LimitNOFILE= of the service), or lower TIDEMARK_MAX_CONNECTIONS.`,
    ),
  ];
}
