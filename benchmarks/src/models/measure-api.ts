import { mkdir, writeFile } from 'node:fs/promises';
import { Agent, request } from 'node:http';
import { join } from 'node:path';
import { type SuccessModel, sealSuccess } from '@tidemark/analytics/scores';
import { startGenerator } from '../load/start-generator.js';
import { clockMs } from '../process/clock.js';
import { readKeys, startCollector } from '../process/start-collector.js';
import { withTemporaryDirectory } from '../process/temporary-directory.js';
import { sleep } from '../process/wait-until.js';
import { quantile } from '../quantile.js';

/** From the moment a request is to leave until its answer has been read; milliseconds. */
export interface ApiFigures {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  /** Of first calls about a customer who is not in memory, 99 of 100. */
  readonly cold: number;
  readonly requests: number;
  readonly coldRequests: number;
  /** That were answered with anything but 200; none is the only good number. */
  readonly failed: number;
  /** Answers that still said `degraded` after the customer's first second. */
  readonly lateDegraded: number;
}

interface Call {
  readonly ms: number;
  readonly isCold: boolean;
  readonly status: number;
  readonly degraded: boolean;
}

const SECONDS = 10;
const REQUESTS_A_SECOND = 300;
const EVENTS_A_SECOND = 2_000;
const EVENTS_A_BATCH = 50;
const USERS = 400;
/** One of so many requests is about somebody new. */
const COLD_EVERY = 20;
const WORKSPACE = 'default';

/** `POST /v1/score` of a collector as built, at 300 requests a second while 2,000 events a second come in. */
export function measureApi(model: SuccessModel): Promise<ApiFigures> {
  return withTemporaryDirectory(async (directory) => {
    const { checksum, text } = sealSuccess(model);
    const folder = join(directory, 'models', WORKSPACE);
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, `000001-${checksum.slice(0, 16)}.json`), text);
    const collector = startCollector({ dataDirectory: directory, port: 0 });
    const generator = startGenerator();
    const agent = new Agent({ keepAlive: true, maxSockets: 32 });
    try {
      const url = await collector.url;
      const { readKey, writeKey } = readKeys(directory);
      const ask = (user: string, dueMs: number, isCold: boolean) => scoreOnce(agent, url, readKey, user, dueMs, isCold);
      const events = SECONDS * EVENTS_A_SECOND;
      await generator.prepare({ seed: 1, events, eventsPerBatch: EVENTS_A_BATCH, devices: 200, gzip: false });
      for (const round of [0, 1, 2]) {
        for (let user = 0; user < USERS; user += 1) await ask(`u-${user}`, clockMs(), true);
        if (round < 2) await sleep(1_000);
      }
      const load = generator.send({ url, writeKey, connections: 4, eventsPerSecond: EVENTS_A_SECOND });
      const calls = await openLoop(ask);
      await load;
      return figuresOf(calls);
    } finally {
      agent.destroy();
      generator.stop();
      collector.kill('SIGTERM');
      await collector.ended;
    }
  });
}

/** Each request leaves at its own time, however long the answers take: what waits is in the account. */
async function openLoop(
  ask: (user: string, dueMs: number, isCold: boolean) => Promise<Call>,
): Promise<readonly Call[]> {
  const startedMs = clockMs();
  const calls: Promise<Call>[] = [];
  for (let number = 0; number < SECONDS * REQUESTS_A_SECOND; number += 1) {
    const dueMs = startedMs + (number * 1_000) / REQUESTS_A_SECOND;
    const waitMs = dueMs - clockMs();
    if (waitMs > 1) await sleep(waitMs);
    const isCold = number % COLD_EVERY === 0;
    calls.push(ask(isCold ? `new-${number}` : `u-${number % USERS}`, dueMs, isCold));
  }
  return Promise.all(calls);
}

function figuresOf(calls: readonly Call[]): ApiFigures {
  const of = (wanted: boolean): number[] => calls.filter(({ isCold }) => isCold === wanted).map(({ ms }) => ms);
  const [warm, cold] = [of(false), of(true)];
  return {
    p50: quantile(warm, 0.5),
    p99: quantile(warm, 0.99),
    p999: quantile(warm, 0.999),
    cold: quantile(cold, 0.99),
    requests: warm.length,
    coldRequests: cold.length,
    failed: calls.filter(({ status }) => status !== 200).length,
    lateDegraded: calls.filter(({ isCold, degraded }) => !isCold && degraded).length,
  };
}

function scoreOnce(
  agent: Agent,
  url: string,
  key: string,
  userId: string,
  dueMs: number,
  isCold: boolean,
): Promise<Call> {
  const order = { userId, productId: 'P30', side: 'subscribe', shares: 1_000, price: 1.01, reference: 1.01 };
  const body = JSON.stringify(order);
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${url}/v1/score`,
      { method: 'POST', agent, headers: { authorization: `Bearer ${key}`, 'content-length': Buffer.byteLength(body) } },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
        incoming.on('end', () => {
          const text = Buffer.concat(chunks).toString('utf8');
          resolve({
            ms: clockMs() - dueMs,
            isCold,
            status: incoming.statusCode ?? 0,
            degraded: text.includes('"degraded":true'),
          });
        });
      },
    );
    outgoing.on('error', reject);
    outgoing.end(body);
  });
}
