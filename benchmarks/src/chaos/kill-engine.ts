import { integerBetween } from '../load/random.js';
import { sleep, waitUntil } from '../process/wait-until.js';
import type { TestPlan } from './chaos-test.js';
import { type ChaosResult, runChaos } from './run-chaos.js';

export interface KillEngineResult extends ChaosResult {
  /** Events acknowledged while there was no engine: acceptance must not depend on it. */
  readonly ackedWithoutEngine: number;
}

const WAIT_MS = { low: 50, high: 2_000 };
const BACK_WITHIN_MS = 30_000;
const LOOK_MS = 20;

/** Kills only the engine with SIGKILL at random instants; the collector starts it again by itself. */
export async function runKillEngine(plan: TestPlan): Promise<KillEngineResult> {
  const { disturbance, ...result } = await runChaos(plan, async ({ collector, random, acked }) => {
    const isReady = () => fetch(`${collector.url}/readyz`).then(({ ok }) => ok);
    let ackedWithoutEngine = 0;
    for (let kill = 1; kill <= plan.n; kill++) {
      await sleep(integerBetween(random, WAIT_MS.low, WAIT_MS.high));
      const engine = collector.engine();
      if (!engine) throw new Error('there is no engine to kill');
      const before = acked();
      process.kill(engine.pid, 'SIGKILL');
      const isBack = async () => collector.engine()?.pid !== engine.pid && (await isReady());
      const absentMs = await waitUntil(isBack, BACK_WITHIN_MS, LOOK_MS);
      if (absentMs === undefined) throw new Error(`the engine was not back after ${BACK_WITHIN_MS / 1_000} s`);
      const meanwhile = acked() - before;
      ackedWithoutEngine += meanwhile;
      const absence = `${meanwhile} events acknowledged in ${Math.round(absentMs)} ms without the engine`;
      plan.onProgress(`kill ${kill} of ${plan.n}: ${absence}`);
    }
    return ackedWithoutEngine;
  });
  return { ...result, ackedWithoutEngine: disturbance };
}
