import { Agent } from 'node:http';
import { gzipSync } from 'node:zlib';
import { type EventBatch, readAnswer } from '@tidemark/protocol';
import { clockMs } from '../process/clock.js';
import { sleep } from '../process/wait-until.js';
import { createDevice } from './create-device.js';
import type { LoadReport, LoadRequest, SentBatch } from './generator-protocol.js';
import { postBody } from './post-body.js';
import { createRandom, pick } from './random.js';

/*
 * The load generator's process: apart from the benchmark and from the collector, so that its work is in nobody's bill.
 */

const REFUSALS_MAX = 20;
const RETRY_AFTER_MS = 1_000;

interface Body {
  readonly batchId: EventBatch['batchId'];
  readonly bytes: Uint8Array;
  readonly events: number;
}

let prepared: { readonly bodies: readonly Body[]; readonly gzip: boolean } = { bodies: [], gzip: false };

function prepare(request: LoadRequest & { readonly kind: 'prepare' }): LoadReport {
  const random = createRandom(request.seed);
  const now = Date.now();
  const devices = Array.from({ length: request.devices }, () => createDevice(random, now));
  const bodies: Body[] = [];
  for (let left = request.events; left > 0; left -= request.eventsPerBatch) {
    const batch = pick(random, devices).nextBatch(Math.min(left, request.eventsPerBatch), now);
    const json = Buffer.from(JSON.stringify(batch));
    bodies.push({ batchId: batch.batchId, events: batch.events.length, bytes: request.gzip ? gzipSync(json) : json });
  }
  prepared = { bodies, gzip: request.gzip };
  return { kind: 'prepared', bytes: bodies.reduce((sum, body) => sum + body.bytes.byteLength, 0) };
}

async function send(request: LoadRequest & { readonly kind: 'send' }): Promise<LoadReport> {
  const { url, writeKey, connections, eventsPerSecond } = request;
  const { bodies, gzip } = prepared;
  prepared = { bodies: [], gzip: false }; // a million events are half a gigabyte
  const agent = new Agent({ keepAlive: true, maxSockets: connections });
  const batches: SentBatch[] = [];
  const startedMs = clockMs();
  let events = 0;
  let next = 0;
  async function connection(): Promise<void> {
    for (let body = bodies[next++]; body; body = bodies[next++]) {
      let dueMs = clockMs();
      if (eventsPerSecond !== undefined) {
        dueMs = startedMs + (events / eventsPerSecond) * 1_000;
        events += body.events;
        if (dueMs > clockMs()) await sleep(dueMs - clockMs());
      }
      batches.push({ dueMs, ...(await deliver(body)) });
    }
  }
  /**
   * A collector that is too busy says when to come again, and one that does not answer in time is asked again: what it had taken
   * then is a copy. Such waits are in the batch's account.
   */
  async function deliver({ batchId, bytes }: Body): Promise<Omit<SentBatch, 'dueMs'>> {
    for (let refusals = 0; ; refusals++) {
      const answer = await postBody({ agent, url, writeKey, gzip }, bytes);
      const outcome = readAnswer(answer, batchId, Date.now());
      if (outcome.kind === 'delivered') {
        const { accepted, duplicate } = outcome.ack;
        return { ackedMs: clockMs(), accepted: accepted + duplicate, refusals };
      }
      const mayPass = answer.status === 503 || answer.status === 0;
      if (!mayPass || outcome.kind !== 'retry' || refusals === REFUSALS_MAX) {
        throw new Error(`a batch was answered ${answer.status}: ${outcome.kind}`);
      }
      await sleep(outcome.afterMs ?? RETRY_AFTER_MS);
    }
  }
  await Promise.all(Array.from({ length: connections }, connection));
  agent.destroy();
  return { kind: 'sent', batches };
}

async function answer(request: LoadRequest): Promise<LoadReport> {
  return request.kind === 'prepare' ? prepare(request) : send(request);
}

process.on('message', (request: LoadRequest) => {
  answer(request)
    .catch((error: unknown): LoadReport => ({ kind: 'failed', message: String(error) }))
    .then((report) => process.send?.(report));
});
process.on('disconnect', () => process.exit()); // whoever started it is gone
