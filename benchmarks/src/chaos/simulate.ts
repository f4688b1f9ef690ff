import { spawn } from 'node:child_process';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import type { TestPlan } from './chaos-test.js';
import type { ChaosResult } from './run-chaos.js';

export interface SimulateResult extends ChaosResult {
  /** Worlds in which something was not as it must be, the first few. */
  readonly failedSeeds: readonly number[];
  readonly worldsPerMinute: number;
}

/** One line of the simulation's process. @see test/simulation/run-worlds.ts */
interface Worlds {
  readonly worlds: number;
  readonly acked: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly aggregatesEqual: boolean;
  readonly failed: readonly {
    readonly seed: number;
    readonly wrong: readonly string[];
    readonly trace: readonly string[];
  }[];
}

/** Runs from the sources, since it stands around them with a clock, a disk and a network of its own. */
const MAIN = fileURLToPath(new URL('../../../test/simulation/main.ts', import.meta.url));

/** Plays `n` worlds, `seed` and those after it: device, collector and store in one process and virtual time. */
export async function runSimulate({ n: count, seed, onProgress, trace }: TestPlan): Promise<SimulateResult> {
  const startedAt = performance.now();
  const processes = Math.min(availableParallelism(), count);
  const parts = await Promise.all(
    Array.from({ length: processes }, (_, index) => {
      const own = Math.ceil((count - index) / processes);
      return play(trace ? [seed, 'trace'] : [seed + index, own, processes]);
    }),
  );
  const failed = parts.flatMap((part) => part.failed);
  for (const world of failed) {
    onProgress(`world ${world.seed}:\n${[...world.trace, ...world.wrong].map((line) => `  ${line}`).join('\n')}`);
  }
  const sum = (field: 'worlds' | 'acked' | 'lost' | 'duplicated') =>
    parts.reduce((total, part) => total + part[field], 0);
  const worlds = sum('worlds');
  return {
    kills: worlds,
    acked: sum('acked'),
    lost: sum('lost'),
    duplicated: sum('duplicated'),
    aggregatesEqual: parts.every((part) => part.aggregatesEqual) && failed.length === 0,
    orphans: 0,
    seed,
    failedSeeds: failed.map((world) => world.seed),
    worldsPerMinute: Math.round((worlds / (performance.now() - startedAt)) * 60_000),
  };
}

async function play(args: readonly (string | number)[]): Promise<Worlds> {
  const tsx = createRequire(import.meta.url).resolve('tsx');
  const child = spawn(process.execPath, ['--conditions=@tidemark/source', '--import', tsx, MAIN, ...args.map(String)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const killWithUs = () => child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const output = await text(child.stdout);
  process.off('exit', killWithUs);
  if (output === '') throw new Error('the simulation ended before it was done');
  return JSON.parse(output) as Worlds; // its own line
}
