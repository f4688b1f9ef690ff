import { Agent } from 'node:http';
import { createDevice } from '../load/create-device.js';
import { postBody } from '../load/post-body.js';
import { createRandom } from '../load/random.js';
import { type CollectorProcess, readKeys, startCollector } from '../process/start-collector.js';
import { sleep, waitUntil } from '../process/wait-until.js';

export interface FreshnessFigures {
  /** From durable, which is when the 202 goes out, to counted: upper ends of the histogram's buckets, so at most this. */
  readonly freshnessMs: { readonly p50: number; readonly p99: number };
  readonly freshnessEvents: number;
  /** Events of the last 24 hours that a new process was told by the store, and how long that took, waiting for the store apart. */
  readonly rebuildEvents: number;
  readonly rebuildSeconds: number;
  readonly rebuildSecondsPerMillion: number;
}

export interface FreshnessPlan {
  /** Sent one after another, as so many devices send: freshness is taken of these. */
  readonly pacedBatches: number;
  /** Sent as fast as they are taken, so that there is something to rebuild. */
  readonly furtherBatches: number;
}

const BATCH_EVENTS = 50;
const PAUSE_MS = 10;
const DEVICES = 200;
const TOGETHER = 4;
const WITHIN_MS = 180_000;

/** A collector as built takes batches, is stopped, and starts again on what it stored. */
export async function measureFreshness(dataDirectory: string, plan: FreshnessPlan): Promise<FreshnessFigures> {
  const random = createRandom(11);
  const devices = Array.from({ length: DEVICES }, () => createDevice(random, Date.now()));
  const agent = new Agent({ keepAlive: true });
  let sent = 0;
  async function send(url: string, writeKey: string): Promise<void> {
    const device = devices[sent++ % DEVICES];
    const body = Buffer.from(JSON.stringify(device?.nextBatch(BATCH_EVENTS, Date.now())));
    for (const deadline = performance.now() + WITHIN_MS; performance.now() < deadline; await sleep(50)) {
      if ((await postBody({ agent, url, writeKey, gzip: false }, body)).status === 202) return;
    }
    throw new Error('a batch was not taken in time');
  }
  const first = startCollector({ dataDirectory, port: 0 });
  let freshness: FreshnessFigures['freshnessMs'];
  try {
    const url = await first.url;
    const { writeKey } = readKeys(dataDirectory);
    for (let i = 0; i < plan.pacedBatches; i++) {
      await send(url, writeKey);
      await sleep(PAUSE_MS);
    }
    await counted(url, plan.pacedBatches * BATCH_EVENTS);
    freshness = delaysOf(await metricsOf(url));
    const lanes = Array.from({ length: TOGETHER }, async () => {
      for (let i = 0; i < plan.furtherBatches / TOGETHER; i++) await send(url, writeKey);
    });
    await Promise.all(lanes);
    await counted(url, sent * BATCH_EVENTS);
  } finally {
    agent.destroy();
    await stop(first);
  }
  const rebuildSeconds = await rebuild(dataDirectory);
  const events = sent * BATCH_EVENTS;
  return {
    freshnessMs: freshness,
    freshnessEvents: plan.pacedBatches * BATCH_EVENTS,
    rebuildEvents: events,
    rebuildSeconds,
    rebuildSecondsPerMillion: Math.round((rebuildSeconds / events) * 1e8) / 100,
  };
}

async function rebuild(dataDirectory: string): Promise<number> {
  const second = startCollector({ dataDirectory, port: 0 });
  try {
    const url = await second.url;
    const restored = async () => numberOf(await metricsOf(url), 'tidemark_live_features_restored') === 1;
    if ((await waitUntil(restored, WITHIN_MS, 100)) === undefined) throw new Error('nothing was rebuilt in time');
    return numberOf(await metricsOf(url), 'tidemark_live_features_rebuild_seconds');
  } finally {
    await stop(second);
  }
}

async function stop(collector: CollectorProcess): Promise<void> {
  collector.kill('SIGTERM');
  await collector.ended;
}

async function counted(url: string, events: number): Promise<void> {
  const all = async () => numberOf(await metricsOf(url), 'tidemark_live_features_events') >= events;
  if ((await waitUntil(all, WITHIN_MS, 100)) === undefined)
    throw new Error(`${events} events were not counted in time`);
}

async function metricsOf(url: string): Promise<string> {
  return (await fetch(`${url}/metrics`)).text();
}

function numberOf(metrics: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(metrics)?.[1] ?? 0);
}

/** @returns Infinity for what lies above the last bucket. */
function delaysOf(metrics: string): FreshnessFigures['freshnessMs'] {
  const found = metrics.matchAll(/^tidemark_live_features_delay_seconds_bucket\{le="([^"]+)"\} (\d+)$/gm);
  const buckets = [...found].map(([, end, count]) => [
    end === '+Inf' ? Number.POSITIVE_INFINITY : Number(end),
    Number(count),
  ]);
  const all = buckets.at(-1)?.[1] ?? 0;
  if (all === 0) throw new Error('no delay was observed');
  const at = (ratio: number) => 1_000 * (buckets.find(([, count = 0]) => count >= ratio * all)?.[0] ?? 0);
  return { p50: at(0.5), p99: at(0.99) };
}
