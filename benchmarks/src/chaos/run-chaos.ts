import { createRandom, type Random } from '../load/random.js';
import { withTemporaryDirectory } from '../process/temporary-directory.js';
import { auditTables } from './audit-tables.js';
import { isClean, type TestPlan, type TestResult } from './chaos-test.js';
import { openTables } from './open-tables.js';
import { sendMeanwhile } from './send-meanwhile.js';
import { type TendedCollector, tendCollector } from './tended-collector.js';

/** What came out; nothing lost, nothing twice, aggregates equal and no orphan is the only good outcome. */
export interface ChaosResult extends TestResult {
  readonly kills: number;
  /** Engines that outlived their collector by more than a second. */
  readonly orphans: number;
  /** What else did not hold, in words. */
  readonly faults?: readonly string[];
  /** Why it could not be run here; nothing was counted then. */
  readonly skipped?: string;
}

export interface ChaosScene {
  readonly collector: TendedCollector;
  readonly dataDirectory: string;
  readonly random: Random;
  /** Events acknowledged so far. */
  readonly acked: () => number;
}

/**
 * Devices send without a pause while something is broken under them; then everything acknowledged is looked for in the
 * tables, once.
 *
 * @param disturb - breaks things; the devices stop when it is done.
 * @param withDirectory - lends the collector's data directory.
 * @param counts - which answers do, as of `runDevice`.
 */
export function runChaos<T>(
  plan: TestPlan,
  disturb: (scene: ChaosScene) => Promise<T>,
  withDirectory: <R>(work: (directory: string) => Promise<R>) => Promise<R> = withTemporaryDirectory,
  counts?: (answeredAtMs: number) => Promise<boolean>,
): Promise<ChaosResult & { readonly disturbance: T }> {
  const { n: kills, seed, onProgress } = plan;
  return withDirectory(async (dataDirectory) => {
    const collector = await tendCollector(dataDirectory);
    try {
      const { acknowledged, disturbance } = await sendMeanwhile({ collector, dataDirectory, seed, counts }, (acked) =>
        disturb({ collector, dataDirectory, random: createRandom(seed), acked }),
      );
      await collector.drainAndStop();
      onProgress(`${acknowledged.size} events acknowledged; looking for each of them`);
      const tables = await openTables(dataDirectory);
      const audit = await auditTables(tables, acknowledged).finally(tables.close);
      const orphans = collector.orphans();
      return { kills, acked: acknowledged.size, ...audit, orphans, seed, disturbance };
    } finally {
      collector.destroy();
    }
  });
}

export function isGood(result: ChaosResult): boolean {
  const { orphans, faults = [], skipped } = result;
  return skipped !== undefined || (isClean(result) && faults.length === 0 && orphans === 0);
}
