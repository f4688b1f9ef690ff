import { Agent } from 'node:http';
import { readAnswer } from '@tidemark/protocol';
import { clockworkDevice } from '../load/clockwork.js';
import { listenFlags } from '../load/listen-flags.js';
import { postBody } from '../load/post-body.js';
import { createRandom } from '../load/random.js';
import { startGenerator } from '../load/start-generator.js';
import { CLOCKWORK_KIND, FLAGS_MOST, tellAllFlags } from '../load/tell-all-flags.js';
import { readKeys, startCollector } from '../process/start-collector.js';
import { withTemporaryDirectory } from '../process/temporary-directory.js';
import { sleep, waitUntil } from '../process/wait-until.js';
import { quantile } from '../quantile.js';
import { startBareServer } from './bare-server.js';
import { createDecisionTimer, type DecideTimes } from './decision-timer.js';

/** From the moment an event leaves its sender until its flag is read from the stream, milliseconds. */
export interface EventToFlag {
  readonly p50: number;
  readonly p99: number;
  readonly flags: number;
  /** Flags that did not come within half a minute. */
  readonly missed: number;
  /** What came in meanwhile, all told. */
  readonly eventsPerSecond: number;
  readonly decide: DecideTimes;
  /** The same questions at the same moments to a server that does nothing. */
  readonly bare: DecideTimes;
}

const EVENTS_PER_SECOND = 2_000;
const EVENTS_PER_BATCH = 50;
const DEVICES = 2_000;
const FLAG_EVERY_MS = 100;
/** Decisions asked for at a time, with each flag. */
const DECISIONS_A_FLAG = 4;
const WITHIN_MS = 30_000;
const SETTLE_MS = 2_000;
const CONNECTIONS = 8;

/** The collector as built, under load from a process of its own, and devices among it that must be flagged. */
export function eventToFlag(seconds: number): Promise<EventToFlag> {
  return withTemporaryDirectory(async (dataDirectory) => {
    const collector = startCollector({ dataDirectory, port: 0 });
    const generator = startGenerator();
    const bareServer = startBareServer();
    const agent = new Agent({ keepAlive: true });
    try {
      const url = await collector.url;
      const { writeKey, readKey, secretKey } = readKeys(dataDirectory);
      const decisions = createDecisionTimer({ agent, url, secretKey });
      const bare = createDecisionTimer({ agent, url: await bareServer.url, secretKey });
      await tellAllFlags(url, secretKey);
      const stream = await listenFlags(url, readKey, { query: `?kind=${CLOCKWORK_KIND}` });
      const events = EVENTS_PER_SECOND * seconds;
      await generator.prepare({ seed: 1, events, eventsPerBatch: EVENTS_PER_BATCH, devices: DEVICES, gzip: true });
      const load = { url, writeKey, connections: CONNECTIONS, eventsPerSecond: EVENTS_PER_SECOND };
      const startedMs = performance.now();
      const sending = generator.send(load);
      await sleep(SETTLE_MS);

      const random = createRandom(2);
      const sentAt = new Map<string, number>();
      const flags = Math.min(FLAGS_MOST, Math.floor(((seconds - 1) * 1_000 - SETTLE_MS) / FLAG_EVERY_MS));
      for (let n = 0; n < flags; n++) {
        const dueMs = startedMs + SETTLE_MS + n * FLAG_EVERY_MS;
        await sleep(Math.max(0, dueMs - performance.now()));
        const batch = clockworkDevice(random, Date.now());
        sentAt.set(batch.context.visitorId, performance.now());
        for (let k = 0; k < DECISIONS_A_FLAG; k++) {
          decisions.ask(batch.context.visitorId);
          bare.ask(batch.context.visitorId);
        }
        void postBody({ agent, url, writeKey, gzip: false }, Buffer.from(JSON.stringify(batch))).then((answer) => {
          const { kind } = readAnswer(answer, batch.batchId, Date.now());
          if (kind !== 'delivered') sentAt.delete(batch.context.visitorId);
        });
      }
      const sent = await sending;
      const took = (performance.now() - startedMs) / 1_000;
      const delays = () =>
        stream.messages.flatMap(({ value: flag, atMs }) => {
          const at = sentAt.get(flag.entity.id);
          return at === undefined || flag.count > 1 ? [] : [atMs - at];
        });
      await waitUntil(() => delays().length >= sentAt.size, WITHIN_MS, FLAG_EVERY_MS);
      stream.close();
      const all = delays();
      const accepted = sent.reduce((sum, one) => sum + one.accepted, 0);
      return {
        p50: quantile(all, 0.5),
        p99: quantile(all, 0.99),
        flags: all.length,
        missed: sentAt.size - all.length,
        eventsPerSecond: Math.round(accepted / took),
        decide: await decisions.times(),
        bare: await bare.times(),
      };
    } finally {
      agent.destroy();
      generator.stop();
      bareServer.stop();
      collector.kill('SIGTERM');
      await collector.ended;
    }
  });
}
