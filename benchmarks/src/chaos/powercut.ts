import { join } from 'node:path';
import { integerBetween } from '../load/random.js';
import { openLoopDisk, whyNoLoopDisk } from '../process/loop-disk.js';
import { sleep } from '../process/wait-until.js';
import type { TestPlan } from './chaos-test.js';
import { createOutage } from './outage.js';
import { type ChaosResult, runChaos } from './run-chaos.js';

export interface PowerCutResult extends ChaosResult {
  /** From the power's return until the collector answered, milliseconds. */
  readonly slowestStartMs: number;
}

/** Some cuts fall right behind the first start, when the tables are young, most into full work. */
const WAIT_MS = { low: 50, high: 4_000 };

/**
 * Cuts the power of the disk that the collector and its engine write to, at random instants: what nobody forced to it is
 * gone, in the WAL and in the tables. Each time the collector starts again on what is left.
 */
export async function runPowerCut(plan: TestPlan): Promise<PowerCutResult> {
  const skipped = await whyNoLoopDisk();
  if (skipped !== undefined) {
    plan.onProgress(`SKIPPED: ${skipped}`);
    const nothing = { kills: 0, acked: 0, lost: 0, duplicated: 0, aggregatesEqual: true, orphans: 0 };
    return { ...nothing, seed: plan.seed, slowestStartMs: 0, skipped };
  }
  const disk = await openLoopDisk();
  const outage = createOutage();
  const power = {
    cut: () => outage.begin(disk.cutPower),
    async restore() {
      await disk.remount();
      outage.end();
    },
  };
  try {
    const { disturbance, ...result } = await runChaos(
      plan,
      async ({ collector, random, acked }) => {
        for (let cut = 1; cut <= plan.n; cut++) {
          await sleep(integerBetween(random, WAIT_MS.low, WAIT_MS.high));
          await collector.killAndRestart({ power });
          plan.onProgress(`cut ${cut} of ${plan.n}: ${acked()} events acknowledged so far`);
        }
        await sleep(WAIT_MS.low);
        return collector.slowestStartMs();
      },
      (work) => work(join(disk.path, 'data')),
      outage.isBefore,
    );
    return { ...result, slowestStartMs: disturbance };
  } finally {
    await disk.close();
  }
}
