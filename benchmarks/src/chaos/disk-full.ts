import { readdirSync } from 'node:fs';
import { Agent } from 'node:http';
import { join } from 'node:path';
import { createDevice } from '../load/create-device.js';
import { postBody } from '../load/post-body.js';
import { createRandom, integerBetween, type Random } from '../load/random.js';
import { readKeys } from '../process/start-collector.js';
import { sleep, waitUntil } from '../process/wait-until.js';
import { UsageError } from '../usage-error.js';
import { auditTables } from './audit-tables.js';
import { isClean, type TestPlan, type TestResult } from './chaos-test.js';
import { openTables } from './open-tables.js';
import { sendMeanwhile } from './send-meanwhile.js';
import { mountSmallDisk, type SmallDisk, whyNoSmallDisk } from './small-disk.js';
import { tendCollector } from './tended-collector.js';

export interface DiskFullResult extends TestResult {
  readonly rounds: number;
  /** Rounds that filled the disk up to the reserve, and those that left no byte. */
  readonly reserveRounds: number;
  readonly brimRounds: number;
  /** Rounds up to the reserve in which the loader emptied the WAL while nothing was accepted. */
  readonly emptiedWhileLow: number;
  /** From when there was room again until a batch was taken, milliseconds. */
  readonly slowestBackMs: number;
  /** Answers without an ack while the disk was full that were no 503 with Retry-After. */
  readonly otherAnswers: number;
}

const DISK_BYTES = 320 * 1_048_576;
const RESERVE_MIB = 64;
const REFUSED_WITHIN_MS = 15_000;
const EMPTIED_WITHIN_MS = 20_000;
const BACK_WITHIN_MS = 5_000;
const HOLD_MS = { low: 200, high: 1_000 };
const LOOK_MS = 25;

/**
 * Fills the disk that the collector and its engine lie on, in turn up to the reserve and to the last byte, and frees it again.
 *
 * @throws {UsageError} where no small disk can be mounted: nothing would be proved.
 */
export async function runDiskFull({ n: rounds, seed, onProgress }: TestPlan): Promise<DiskFullResult> {
  const reason = await whyNoSmallDisk();
  if (reason !== undefined) throw new UsageError(`disk-full was NOT run: ${reason}.`);
  const random = createRandom(seed);
  const disk = await mountSmallDisk(DISK_BYTES);
  try {
    const dataDirectory = join(disk.path, 'data');
    const collector = await tendCollector(dataDirectory, { TIDEMARK_DISK_RESERVE_MIB: String(RESERVE_MIB) });
    try {
      const probe = createProbe(collector.url, dataDirectory, random);
      let emptiedWhileLow = 0;
      let slowestBackMs = 0;
      const { acknowledged } = await sendMeanwhile({ collector, dataDirectory, seed }, async (acked) => {
        for (let round = 1; round <= rounds; round++) {
          const toTheBrim = round % 2 === 0;
          await disk.fill(toTheBrim ? 0 : (RESERVE_MIB * 1_048_576) / 2);
          if ((await waitUntil(probe.isRefused, REFUSED_WITHIN_MS, LOOK_MS)) === undefined) {
            throw new Error(`batches were still taken ${REFUSED_WITHIN_MS / 1_000} s after the disk was filled`);
          }
          if (!toTheBrim && (await isEmptied(dataDirectory))) emptiedWhileLow++;
          if (toTheBrim) await disk.fill(0); // what the engine gave back meanwhile
          await sleep(integerBetween(random, HOLD_MS.low, HOLD_MS.high));
          slowestBackMs = Math.max(slowestBackMs, await freeAndWait(disk, probe));
          onProgress(
            `round ${round} of ${rounds}: ${toTheBrim ? 'no byte left' : 'reserve reached'}, ${acked()} events so far`,
          );
        }
        probe.close();
      });
      await collector.drainAndStop();
      onProgress(`${acknowledged.size} events acknowledged; looking for each of them`);
      const tables = await openTables(dataDirectory);
      const audit = await auditTables(tables, new Set([...acknowledged, ...probe.acknowledged])).finally(tables.close);
      return {
        rounds,
        reserveRounds: Math.ceil(rounds / 2),
        brimRounds: Math.floor(rounds / 2),
        acked: acknowledged.size + probe.acknowledged.size,
        ...audit,
        emptiedWhileLow,
        slowestBackMs,
        otherAnswers: probe.otherAnswers(),
        seed,
      };
    } finally {
      collector.destroy();
    }
  } finally {
    await disk.close();
  }
}

async function isEmptied(dataDirectory: string): Promise<boolean> {
  const isEmpty = () => !readdirSync(join(dataDirectory, 'wal')).some((name) => name.endsWith('.wal'));
  return (await waitUntil(isEmpty, EMPTIED_WITHIN_MS, LOOK_MS)) !== undefined;
}

async function freeAndWait(disk: SmallDisk, probe: Probe): Promise<number> {
  await disk.free();
  const backMs = await waitUntil(probe.isTaken, 2 * BACK_WITHIN_MS, LOOK_MS);
  if (backMs === undefined) throw new Error(`nothing was taken ${(2 * BACK_WITHIN_MS) / 1_000} s after there was room`);
  return Math.round(backMs);
}

interface Probe {
  readonly acknowledged: ReadonlySet<string>;
  /** Whether a batch was told to come back later just now. */
  isRefused(): Promise<boolean>;
  isTaken(): Promise<boolean>;
  otherAnswers(): number;
  close(): void;
}

/** A device that tells how one batch at a time was answered. It sends the same one until it is acknowledged. */
function createProbe(url: string, dataDirectory: string, random: Random): Probe {
  const agent = new Agent({ keepAlive: true });
  const target = { agent, url, writeKey: readKeys(dataDirectory).writeKey, gzip: false };
  const device = createDevice(random, Date.now());
  const acknowledged = new Set<string>();
  let batch = device.nextBatch(1, Date.now());
  let otherAnswers = 0;

  async function status(): Promise<number> {
    const answer = await postBody(target, Buffer.from(JSON.stringify(batch)));
    if (answer.status === 202) {
      for (const event of batch.events) acknowledged.add(event.eventId);
      batch = device.nextBatch(1, Date.now());
    } else if (answer.status !== 503 || answer.retryAfter === null) {
      otherAnswers++;
    }
    return answer.status;
  }

  return {
    acknowledged,
    isRefused: async () => (await status()) === 503,
    isTaken: async () => (await status()) === 202,
    otherAnswers: () => otherAnswers,
    close: () => agent.destroy(),
  };
}

export function isGoodDiskFull(result: DiskFullResult): boolean {
  const { emptiedWhileLow, reserveRounds, slowestBackMs, otherAnswers } = result;
  return isClean(result) && emptiedWhileLow === reserveRounds && slowestBackMs <= BACK_WITHIN_MS && otherAnswers === 0;
}
