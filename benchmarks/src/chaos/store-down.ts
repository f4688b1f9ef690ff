import { createRandom, integerBetween, pick } from '../load/random.js';
import { sleep, waitUntil } from '../process/wait-until.js';
import { auditTables } from './audit-tables.js';
import { isClean, type TestPlan, type TestResult } from './chaos-test.js';
import type { NetworkFault } from './fault-proxy.js';
import { withRemoteStage } from './remote-stage.js';
import { sendMeanwhile } from './send-meanwhile.js';

export interface StoreDownResult extends TestResult {
  readonly rounds: number;
  /** How often each fault met a connection or a piece of one. */
  readonly faults: Readonly<Record<Exclude<NetworkFault, 'none'>, number>>;
  /** Events acknowledged while the store could not be reached. */
  readonly ackedWhileDown: number;
}

const FAULTS: readonly Exclude<NetworkFault, 'none'>[] = ['down', 'answer-lost', 'unavailable', 'reset', 'slow'];
const FAULT_MS = { low: 200, high: 2_000 };
/** A load that has just begun may be long. */
const MET_WITHIN_MS = 15_000;
const LOOK_MS = 10;
const REST_MS = { low: 50, high: 800 };

/** Takes the store away in every way a network can, while devices send. */
export function runStoreDown({ n: rounds, seed, onProgress }: TestPlan): Promise<StoreDownResult> {
  return withRemoteStage(seed, async ({ collector, dataDirectory, network, tables }) => {
    const random = createRandom(seed);
    let ackedWhileDown = 0;
    const { acknowledged } = await sendMeanwhile({ collector, dataDirectory, seed }, async (acked) => {
      for (let round = 1; round <= rounds; round++) {
        // Each fault once before any comes again by chance.
        const fault = FAULTS[round - 1] ?? pick(random, FAULTS);
        const before = acked();
        const metBefore = network.counts[fault];
        network.setFault(fault);
        await sleep(integerBetween(random, FAULT_MS.low, FAULT_MS.high));
        const isMet = () => network.counts[fault] > metBefore && acked() > before;
        if ((await waitUntil(isMet, MET_WITHIN_MS, LOOK_MS)) === undefined) throw new Error(`${fault} met nothing`);
        network.setFault('none');
        if (fault === 'down') ackedWhileDown += acked() - before;
        onProgress(`round ${round} of ${rounds}: ${fault}, ${acked() - before} events acknowledged meanwhile`);
        await sleep(integerBetween(random, REST_MS.low, REST_MS.high));
      }
    });
    await collector.drainAndStop();
    onProgress(`${acknowledged.size} events acknowledged; looking for each of them`);
    const audit = await auditTables(tables, acknowledged);
    const { none: _, ...faults } = network.counts;
    return { rounds, acked: acknowledged.size, ...audit, faults, ackedWhileDown, seed };
  });
}

export function isGoodStoreDown(result: StoreDownResult): boolean {
  const tried = FAULTS.slice(0, result.rounds);
  return isClean(result) && result.ackedWhileDown > 0 && tried.every((fault) => result.faults[fault] > 0);
}
