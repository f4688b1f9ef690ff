import type { WorldResult } from './check-world.js';
import { runWorld } from './run-world.js';
import { createTools } from './virtual-collector.js';

/** What came out of many worlds. */
export interface WorldsResult {
  readonly worlds: number;
  readonly tracked: number;
  readonly acked: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly aggregatesEqual: boolean;
  readonly failed: readonly FailedWorld[];
}

export interface FailedWorld extends WorldResult {
  /** The last lines of what happened. */
  readonly trace: readonly string[];
}

/** Of a world that failed. */
const TRACE_LINES = 60;
const FAILED_MAX = 5;

/** Plays worlds one after another, until a few have failed. One that fails is played once more, with its story written down. */
export async function runWorlds(seeds: Iterable<number>): Promise<WorldsResult> {
  const tools = createTools();
  const results: WorldResult[] = [];
  const failed: FailedWorld[] = [];
  for (const seed of seeds) {
    const result = await runWorld({ seed, tools });
    results.push(result);
    if (result.wrong.length === 0) continue;
    const trace: string[] = [];
    await runWorld({ seed, tools, trace: (line) => void trace.push(line) });
    failed.push({ ...result, trace: trace.slice(-TRACE_LINES) });
    if (failed.length === FAILED_MAX) break; // a world that does not heal takes its time
  }
  const sum = (field: 'tracked' | 'acked' | 'lost' | 'duplicated') =>
    results.reduce((total, one) => total + one[field], 0);
  return {
    worlds: results.length,
    tracked: sum('tracked'),
    acked: sum('acked'),
    lost: sum('lost'),
    duplicated: sum('duplicated'),
    aggregatesEqual: results.every(({ aggregatesEqual }) => aggregatesEqual),
    failed,
  };
}
