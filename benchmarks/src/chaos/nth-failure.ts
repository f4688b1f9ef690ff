import { join } from 'node:path';
import { sleep } from '../process/wait-until.js';
import { isClean, type TestPlan, type TestResult } from './chaos-test.js';
import { OPERATIONS, type Operation } from './failing-file-system.js';
import { playAllFailures } from './play-all-failures.js';
import { type ChaosResult, runChaos } from './run-chaos.js';
import { type SyscallFault, whyNoStrace, withSyscallFault } from './strace-faults.js';

export interface NthFailureResult extends TestResult {
  /** Plays of the WAL in this process, each with other calls failing. */
  readonly plays: number;
  /** Plays in which the call that was to fail came and failed, by operation. */
  readonly failed: Readonly<Partial<Record<Operation, number>>>;
  /** Plays that did not come to their end: a row never taken, a start that failed. */
  readonly stuck: number;
  /** System calls that failed in a collector at work; or why there were none. */
  readonly syscalls: number | string;
}

const SYSCALL_FAULTS: readonly SyscallFault[] = [
  { call: 'fdatasync', error: 'EIO', first: 3, every: 7 },
  { call: 'ftruncate', error: 'EIO', first: 1, every: 2 },
  { call: 'fsync', error: 'EIO', first: 1, every: 2 },
  { call: 'unlink', error: 'EIO', first: 1, every: 2 },
  { call: 'rename', error: 'EIO', first: 1, every: 2 },
];
const FAULT_MS = 1_200;

/** Fails every call of the WAL in turn, in this process; then system calls of a collector at work, where strace can. */
export async function runNthFailure(plan: TestPlan): Promise<NthFailureResult> {
  const { seed, onProgress } = plan;
  const played = await playAllFailures(plan);
  const reason = whyNoStrace();
  if (reason !== undefined) onProgress(`NOT run on a collector at work: ${reason}`);
  const atWork = reason === undefined ? await failSyscalls(plan) : undefined;
  return {
    ...played,
    acked: played.acked + (atWork?.acked ?? 0),
    lost: played.lost + (atWork?.lost ?? 0),
    duplicated: played.duplicated + (atWork?.duplicated ?? 0),
    aggregatesEqual: atWork?.aggregatesEqual ?? true,
    syscalls: atWork?.disturbance ?? `skipped: ${reason}`,
    seed,
  };
}

function failSyscalls({ n, seed, onProgress }: TestPlan): Promise<ChaosResult & { readonly disturbance: number }> {
  return runChaos({ n: 0, seed, onProgress }, async ({ collector, acked, dataDirectory }) => {
    let injected = 0;
    for (let round = 0; round < Math.min(n, SYSCALL_FAULTS.length); round++) {
      const fault = SYSCALL_FAULTS[round] as SyscallFault; // in bounds
      const log = join(dataDirectory, 'strace.log');
      const failures = await withSyscallFault(collector.pid(), fault, log, () => sleep(FAULT_MS));
      injected += failures;
      onProgress(`${fault.call} ${fault.error}: ${failures} calls failed, ${acked()} events acknowledged so far`);
    }
    await collector.killAndRestart(); // what lies on the disk must hold, not what the process knew
    return injected;
  });
}

export function isGoodNthFailure(result: NthFailureResult): boolean {
  const { stuck, failed, syscalls } = result;
  const tried = OPERATIONS.filter((operation) => (failed[operation] ?? 0) > 0);
  return isClean(result) && stuck === 0 && tried.length >= OPERATIONS.length - 1 && syscalls !== 0;
}
