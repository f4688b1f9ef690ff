import { Agent } from 'node:http';
import { createRandom, type Random } from '../load/random.js';
import { readKeys } from '../process/start-collector.js';
import { withTemporaryDirectory } from '../process/temporary-directory.js';
import { auditTables } from './audit-tables.js';
import { openTables } from './open-tables.js';
import { runDevice } from './run-device.js';
import { type TendedCollector, tendCollector } from './tended-collector.js';

export interface ChaosPlan {
  readonly kills: number;
  readonly seed: number;
  readonly onProgress: (line: string) => void;
  /** Tells all that happens, where there is an order of it to tell. */
  readonly trace?: boolean;
}

/** What came out; nothing lost, nothing twice, aggregates equal and no orphan is the only good outcome. */
export interface ChaosResult {
  readonly kills: number;
  /** Events acknowledged. */
  readonly acked: number;
  readonly lost: number;
  readonly duplicated: number;
  readonly aggregatesEqual: boolean;
  /** Engines that outlived their collector by more than a second. */
  readonly orphans: number;
  readonly seed: number;
  /** What else did not hold, in words. */
  readonly faults?: readonly string[];
  /** Why it could not be run here; nothing was counted then. */
  readonly skipped?: string;
}

export interface ChaosScene {
  readonly collector: TendedCollector;
  readonly random: Random;
  /** Events acknowledged so far. */
  readonly acked: () => number;
}

const DEVICES = 12;

/**
 * Devices send without a pause while something is broken under them; then everything acknowledged is looked for in the
 * tables, once.
 *
 * @param disturb - breaks things; the devices stop when it is done.
 * @param withDirectory - lends the collector's data directory.
 */
export function runChaos<T>(
  plan: ChaosPlan,
  disturb: (scene: ChaosScene) => Promise<T>,
  withDirectory: <R>(work: (directory: string) => Promise<R>) => Promise<R> = withTemporaryDirectory,
): Promise<ChaosResult & { readonly disturbance: T }> {
  const { kills, seed, onProgress } = plan;
  return withDirectory(async (dataDirectory) => {
    const collector = await tendCollector(dataDirectory);
    const agent = new Agent({ keepAlive: true });
    try {
      const target = { agent, url: collector.url, writeKey: readKeys(dataDirectory).writeKey, gzip: false };
      const acknowledged = new Set<string>();
      let over = false;
      const devices = Promise.all(
        Array.from({ length: DEVICES }, (_, index) =>
          runDevice({ target, random: createRandom(seed + 1 + index), acknowledged, isOver: () => over }),
        ),
      );
      const scene = { collector, random: createRandom(seed), acked: () => acknowledged.size };
      // A device that gives up ends the run at once, not after the last kill.
      const disturbance = await Promise.race([disturb(scene), devices.then(() => never<T>())]);
      over = true;
      await devices;
      await collector.drainAndStop();
      onProgress(`${acknowledged.size} events acknowledged; looking for each of them`);
      const tables = await openTables(dataDirectory);
      const audit = await auditTables(tables, acknowledged).finally(tables.close);
      const orphans = collector.orphans();
      return { kills, acked: acknowledged.size, ...audit, orphans, seed, disturbance };
    } finally {
      agent.destroy();
      collector.destroy();
    }
  });
}

function never<T>(): Promise<T> {
  return new Promise(() => undefined);
}

export function isGood(result: ChaosResult): boolean {
  const { acked, lost, duplicated, aggregatesEqual, orphans, faults = [], skipped } = result;
  if (skipped !== undefined) return true;
  return faults.length === 0 && acked > 0 && lost === 0 && duplicated === 0 && aggregatesEqual && orphans === 0;
}
