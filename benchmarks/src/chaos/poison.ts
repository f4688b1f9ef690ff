import { createRandom, integerBetween } from '../load/random.js';
import { sleep, waitUntil } from '../process/wait-until.js';
import { auditTables } from './audit-tables.js';
import { isClean, type TestPlan, type TestResult } from './chaos-test.js';
import type { Tables } from './open-tables.js';
import { withRemoteStage } from './remote-stage.js';
import { runTidemark } from './run-tidemark.js';
import { sendMeanwhile } from './send-meanwhile.js';

export interface PoisonResult extends TestResult {
  readonly kills: number;
  /** Acknowledged events that the store refused: in `rejected`, and in no other table. */
  readonly refused: number;
  /** Rows that `tidemark replay --rejected` read, took and left, once the store was mended. */
  readonly replay: { readonly read: number; readonly taken: number; readonly stillRefused: number };
  /** Whether raw rows and aggregates agreed before the replay, too. */
  readonly equalBefore: boolean;
}

/** One product in two hundred: few of many rows, in nearly every load. */
const POISON = "CONSTRAINT no_poison CHECK page != '/products/F00007'";
const REFUSED = "SELECT DISTINCT event_id AS id FROM rejected WHERE reason = 'refused_by_store'";
const WAIT_MS = { low: 200, high: 1_500 };
/** Few: each bad row costs some loads, and this is about rows, not about load. */
const DEVICES = 2;
const ENOUGH = 3;
const ENOUGH_WITHIN_MS = 30_000;

/** The store refuses some rows; the collector is killed while it looks for them; at last the store is mended. */
export function runPoison({ n: kills, seed, onProgress }: TestPlan): Promise<PoisonResult> {
  return withRemoteStage(seed, async ({ collector, dataDirectory, tables }) => {
    const random = createRandom(seed);
    await tables.run(`ALTER TABLE events ADD ${POISON}`);
    const { acknowledged } = await sendMeanwhile(
      { collector, dataDirectory, seed, devices: DEVICES },
      async (acked) => {
        for (let kill = 1; kill <= kills; kill++) {
          await sleep(integerBetween(random, WAIT_MS.low, WAIT_MS.high));
          await collector.killAndRestart();
          onProgress(`kill ${kill} of ${kills}: ${acked()} events acknowledged so far`);
        }
        const isEnough = async () => (await refusedIds(tables)).size >= ENOUGH;
        if ((await waitUntil(isEnough, ENOUGH_WITHIN_MS, 50)) === undefined) throw new Error('no row was refused');
      },
    );
    await collector.drained();
    const refused = await refusedIds(tables);
    const good = new Set([...acknowledged].filter((id) => !refused.has(id)));
    const before = await auditTables(tables, good);
    const present = await tables.rows<{ readonly rows: number }>(
      `SELECT toUInt32(count()) AS rows FROM events WHERE toString(event_id) IN (${REFUSED})`,
    );
    onProgress(`${acknowledged.size} events acknowledged, ${refused.size} of them refused by the store; mending it`);
    await tables.run('ALTER TABLE events DROP CONSTRAINT no_poison');
    const replay = JSON.parse(
      await runTidemark(dataDirectory, ['replay', '--rejected', '--json']),
    ) as PoisonResult['replay'];
    await collector.drainAndStop();
    const after = await auditTables(tables, acknowledged);
    return {
      kills,
      acked: acknowledged.size,
      lost: before.lost + after.lost,
      duplicated: before.duplicated + after.duplicated + (present[0]?.rows ?? 0),
      aggregatesEqual: after.aggregatesEqual,
      equalBefore: before.aggregatesEqual,
      refused: refused.size,
      replay,
      seed,
    };
  });
}

async function refusedIds(tables: Tables): Promise<ReadonlySet<string>> {
  return new Set((await tables.rows<{ readonly id: string }>(REFUSED)).map(({ id }) => id));
}

export function isGoodPoison(result: PoisonResult): boolean {
  const { refused, replay, equalBefore } = result;
  return isClean(result) && equalBefore && refused > 0 && replay.taken === refused && replay.stillRefused === 0;
}
