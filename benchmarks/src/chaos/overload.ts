import { createDevice } from '../load/create-device.js';
import { createRandom, pick } from '../load/random.js';
import { createCpuClock, peakMemoryMiB } from '../process/proc.js';
import type { TestPlan } from './chaos-test.js';
import { type FloodBatch, type FloodCount, flood } from './flood.js';
import type { ChaosResult } from './run-chaos.js';
import { playOnStage, type Stage } from './stage.js';

export interface OverloadResult extends ChaosResult {
  /** Events acknowledged a second when senders wait for their answers: the better of a run before and one after. */
  readonly capacityPerSecond: number;
  /** Batches that were to be sent under overload. */
  readonly offered: number;
  /** Offered batches as a multiple of what it took in the run before. */
  readonly offeredRatio: number;
  readonly accepted: number;
  readonly refused: Readonly<Record<string, number>>;
  readonly closed: number;
  readonly held: number;
  /** Events acknowledged a second under overload, over those at capacity. */
  readonly goodputRatio: number;
  /**
   * The same by the collector's own processor time: acknowledged events a second of it, under overload over at capacity.
   * What else runs on the machine moves this little.
   */
  readonly cpuGoodputRatio: number;
  /** By how much the collector's largest memory grew under overload, MiB. */
  readonly memoryGrowthMiB: number;
  readonly faults: readonly string[];
}

const OVERLOAD = 10;
const GOODPUT_RATIO_MIN = 0.9;
const MEMORY_GROWTH_MAX_MIB = 256;
const EVENTS_PER_BATCH = 50;
const DEVICES = 400;
/** Enough that it is never waited for, and few enough that nothing is refused. */
const AT_CAPACITY = 256;
/** More than the collector takes at once. */
const AT_OVERLOAD = 1_500;
/** One sender may have 512 connections; a crowd has many addresses. */
const ADDRESSES = Array.from({ length: 16 }, (_, index) => `127.0.0.${2 + index}`);
const RAMP_MS = 1_000;
/** Made before the clock runs: making one costs as much as taking one. */
const PREPARED_PER_SECOND = 600;

/** First as much as it takes, then ten times as much, for `n` seconds each, from clients that ignore `Retry-After`. */
export function runOverload(plan: TestPlan): Promise<OverloadResult> {
  return playOnStage(plan, {}, async (stage) => {
    const forMs = plan.n * 1_000;
    const batches = createBatches(plan.seed, stage);
    batches.prepare(Math.ceil(((3 * (forMs + RAMP_MS)) / 1_000) * PREPARED_PER_SECOND));
    const cpuMicros = createCpuClock();
    const run = async (connections: number, perSecond: number | undefined) => {
      const [cpuBefore, ackedBefore] = [cpuMicros(stage.pid()), stage.acknowledged.size];
      const count = await flood({
        port: stage.port,
        addresses: ADDRESSES,
        connections,
        perSecond,
        forMs,
        rampMs: RAMP_MS,
        take: batches.take,
        giveBack: batches.giveBack,
        onAcknowledged: (ids) => {
          for (const id of ids) stage.acknowledged.add(id);
        },
      });
      const eventsPerCpuSecond =
        ((stage.acknowledged.size - ackedBefore) * 1_000_000) / (cpuMicros(stage.pid()) - cpuBefore);
      return { ...count, eventsPerCpuSecond };
    };
    const before = await run(AT_CAPACITY, undefined);
    const perSecond = (count: FloodCount) => Math.round((count.acceptedEvents * 1_000) / forMs);
    plan.onProgress(`at capacity: ${perSecond(before)} events/s; now ten times as many`);
    const memoryBefore = peakMemoryMiB(stage.pid());
    const { offered, accepted, refused, closed, held, ...rest } = await run(
      AT_OVERLOAD,
      (OVERLOAD * before.accepted * 1_000) / forMs,
    );
    const memoryGrowthMiB = Math.round(peakMemoryMiB(stage.pid()) - memoryBefore);
    const after = await run(AT_CAPACITY, undefined);
    const capacity = after.acceptedEvents > before.acceptedEvents ? after : before;
    const goodputRatio = Math.round((100 * rest.acceptedEvents) / capacity.acceptedEvents) / 100;
    const cpuAtCapacity = Math.max(before.eventsPerCpuSecond, after.eventsPerCpuSecond);
    const cpuGoodputRatio = Math.round((100 * rest.eventsPerCpuSecond) / cpuAtCapacity) / 100;
    const faults: string[] = [];
    if (goodputRatio < GOODPUT_RATIO_MIN) faults.push(`goodput fell to ${goodputRatio}`);
    if (memoryGrowthMiB > MEMORY_GROWTH_MAX_MIB) faults.push(`memory grew by ${memoryGrowthMiB} MiB`);
    const offeredRatio = Math.round((10 * offered) / before.accepted) / 10;
    const capacityPerSecond = perSecond(capacity);
    const counts = { offered, offeredRatio, accepted, refused, closed, held };
    return { capacityPerSecond, ...counts, goodputRatio, cpuGoodputRatio, memoryGrowthMiB, faults };
  });
}

/** Batches of many devices, each sent until it is acknowledged. */
function createBatches(seed: number, { port, writeKey }: Stage) {
  const random = createRandom(seed);
  const devices = Array.from({ length: DEVICES }, () => createDevice(random, Date.now()));
  const waiting: FloodBatch[] = [];

  function make(): FloodBatch {
    const batch = pick(random, devices).nextBatch(EVENTS_PER_BATCH, Date.now());
    const body = JSON.stringify(batch);
    const head = `POST /v1/batch?k=${writeKey} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n`;
    return { wire: Buffer.from(head + body), eventIds: batch.events.map(({ eventId }) => eventId) };
  }

  return {
    prepare(count: number) {
      while (waiting.length < count) waiting.push(make());
    },
    take: () => waiting.shift() ?? make(),
    giveBack: (batch: FloodBatch) => void waiting.push(batch),
  };
}
