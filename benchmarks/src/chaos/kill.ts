import { integerBetween } from '../load/random.js';
import { sleep } from '../process/wait-until.js';
import type { TestPlan } from './chaos-test.js';
import { type ChaosResult, runChaos } from './run-chaos.js';

export interface KillResult extends ChaosResult {
  /** From a kill until the new process answered, milliseconds. */
  readonly slowestStartMs: number;
}

/** Some kills fall into the start of the engine, some into full work. */
const WAIT_MS = { low: 50, high: 3_000 };

/** Kills the collector with SIGKILL at random instants and starts it again on the same data directory and port. */
export async function runKill(plan: TestPlan): Promise<KillResult> {
  const { disturbance, ...result } = await runChaos(plan, async ({ collector, random, acked }) => {
    for (let kill = 1; kill <= plan.n; kill++) {
      await sleep(integerBetween(random, WAIT_MS.low, WAIT_MS.high));
      await collector.killAndRestart();
      plan.onProgress(`kill ${kill} of ${plan.n}: ${acked()} events acknowledged so far`);
    }
    await sleep(WAIT_MS.high);
    return collector.slowestStartMs();
  });
  return { ...result, slowestStartMs: disturbance };
}
