import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/*
 * What Linux tells of its processes.  @see proc(5), proc_pid_stat(5), proc_pid_status(5)
 */

/** A process, told apart from a later one with the same pid. */
export interface ProcessRef {
  readonly pid: number;
  /** Clock ticks from boot to its start. */
  readonly startTicks: string;
}

/** Fields of /proc/PID/stat behind the name: index 0 is the state, field 3 of the manual. */
function statFields(pid: number): readonly string[] | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined; // no such process
  }
}

const STATE = 0;
const PARENT = 1;
const USER_TICKS = 11;
const SYSTEM_TICKS = 12;
const START_TICKS = 19;

/** Processes whose parent is `pid`. */
export function childrenOf(pid: number): ProcessRef[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const fields = statFields(Number(name));
      if (fields?.[PARENT] !== String(pid)) return [];
      return [{ pid: Number(name), startTicks: fields[START_TICKS] ?? '' }];
    });
}

/** Whether it still runs; one that ended and was not yet collected by its parent does not. */
export function isRunning({ pid, startTicks }: ProcessRef): boolean {
  const fields = statFields(pid);
  return fields !== undefined && fields[START_TICKS] === startTicks && !/^[ZX]$/.test(fields[STATE] ?? '');
}

const ESTABLISHED = '01';

/**
 * Ports of the other side of each IPv4 connection that a server on this machine still holds open.
 *
 * @see proc(5), /proc/net/tcp: addresses in hexadecimal, then the state.
 */
export function openPeers(serverPort: number): Set<number> {
  const local = `:${serverPort.toString(16).toUpperCase().padStart(4, '0')}`;
  const peers = new Set<number>();
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n')) {
    const [, address, peer, state] = line.trim().split(/\s+/);
    if (address?.endsWith(local) && state === ESTABLISHED) peers.add(Number.parseInt(peer?.split(':')[1] ?? '', 16));
  }
  return peers;
}

/** Gives a reader of the CPU time that a process and its threads have used so far, microseconds. */
export function createCpuClock(): (pid: number) => number {
  const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK'], { encoding: 'utf8' }));
  return (pid) => {
    const fields = statFields(pid);
    if (!fields) throw new Error(`process ${pid} has ended`);
    return ((Number(fields[USER_TICKS]) + Number(fields[SYSTEM_TICKS])) * 1_000_000) / ticksPerSecond;
  };
}

/** The most memory it ever held, MiB. */
export const peakMemoryMiB = (pid: number): number => memoryMiB(pid, 'VmHWM');

/** What it holds now, MiB. */
export const residentMemoryMiB = (pid: number): number => memoryMiB(pid, 'VmRSS');

function memoryMiB(pid: number, field: 'VmHWM' | 'VmRSS'): number {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  return Number(new RegExp(`^${field}:\\s+(\\d+) kB`, 'm').exec(status)?.[1] ?? 0) / 1_024;
}
