import { type Ack, PROBLEM_STATUS } from '@tidemark/protocol';
import { openPipeline, type Pipeline, type World } from '../../packages/collector/src/boot/pipeline/open-pipeline.js';
import { createWalEncoding } from '../../packages/collector/src/boot/pipeline/wal-streams.js';
import { createAcceptBatch } from '../../packages/collector/src/ingest/accept-batch.js';
import { decodeBody } from '../../packages/collector/src/ingest/decode-body.js';
import { createDurableBatches } from '../../packages/collector/src/ingest/durable-batches.js';
import { createDescribeAgent } from '../../packages/collector/src/ingest/enrich/describe-agent.js';
import { createDescribeClient } from '../../packages/collector/src/ingest/enrich/describe-client.js';
import { createMinimise } from '../../packages/collector/src/ingest/minimise/create-minimise.js';
import { TidemarkError } from '../../packages/collector/src/observe/errors.js';
import { HttpProblem } from '../../packages/collector/src/observe/http-problem.js';
import type { Logger } from '../../packages/collector/src/observe/logger.js';
import type { Metrics } from '../../packages/collector/src/observe/metrics.js';
import { createEnvelopeCheck } from '../../packages/collector/src/validate/check-envelope.js';
import { createEventCheck } from '../../packages/collector/src/validate/check-event.js';
import { beginLife, endLife, type Life, never } from './life.js';
import type { Mutation } from './mutations.js';
import type { VirtualDisk } from './virtual-disk.js';
import type { VirtualStore } from './virtual-store.js';
import type { VirtualTime } from './virtual-time.js';

export interface VirtualRequest {
  readonly kind: 'batch' | 'acks';
  /** Of a batch. */
  readonly body: Buffer;
  /** Of a question. */
  readonly ids: readonly string[];
}

export interface VirtualAnswer {
  readonly status: number;
  readonly retryAfter: string | null;
  readonly body: unknown;
}

/** A collector through all its lives, without its HTTP server: what a route does, over the real rooms behind it. */
export interface VirtualCollector {
  /** Undefined where nobody listens; never answers when it dies meanwhile. */
  handle(request: VirtualRequest): Promise<VirtualAnswer | undefined>;
  kill(): void;
  cutPower(): void;
  /** Ends as on SIGTERM, and comes back. */
  restart(): Promise<void>;
  pipeline(): Pipeline | undefined;
  /** What its HTTP server would have answered with 500. */
  readonly faults: readonly string[];
}

export interface VirtualCollectorOptions {
  readonly time: VirtualTime;
  readonly random: () => number;
  readonly disk: VirtualDisk;
  readonly store: VirtualStore;
  readonly mutation: Mutation;
  readonly epochMs: number;
  readonly trace: (line: string) => void;
  /** Told of each ack before it leaves. */
  readonly onAck: (ack: Ack) => void;
}

export const WORKSPACE = 'w';
const DATA = '/data';
const BACK_MS = { low: 200, high: 3_000 };

/** Compiled once: they know nothing of any world. */
export function createTools() {
  const describeAgent = createDescribeAgent((text) => text);
  return {
    checkEnvelope: createEnvelopeCheck(),
    checkEvent: createEventCheck(),
    minimise: createMinimise({ keepQuery: [], unmask: [], countFound: nothing }),
    describeClient: createDescribeClient(describeAgent, () => ({ country: '', region: '' })),
    encode: createWalEncoding(),
  };
}

const nothing = () => undefined;
const uncounted = {
  gauge: nothing,
  total: () => nothing,
  histogram: () => nothing,
  countLoaded: nothing,
  countFailedLoad: nothing,
  countDamaged: nothing,
  countRefused: nothing,
  countKeptSegment: nothing,
  countFailedAppend: nothing,
} as unknown as Metrics; // what the pipeline counts

export function createVirtualCollector(
  options: VirtualCollectorOptions,
  tools: ReturnType<typeof createTools>,
): VirtualCollector {
  const { time, random, disk, store, mutation, epochMs, trace } = options;
  const now = () => epochMs + Math.floor(time.now());
  let life: Life | undefined;
  let running: Awaited<ReturnType<typeof open>> | undefined;
  let insertions = 0;
  const faults: string[] = [];

  async function open(own: Life) {
    const fileSystem = mutation.fileSystem?.(disk.of(own)) ?? disk.of(own);
    const world: World = { fileSystem, freeBytes: async () => Infinity, now, random };
    const connection = store.of(own, (insertion, insert) => {
      const asked = mutation.insertion?.(insertion, insertions++) ?? insertion;
      const inserting = insert(asked);
      if (!mutation.answersBeforeInsert) return inserting;
      inserting.catch(nothing);
      return Promise.resolve();
    });
    const log = (fields: object, message: string) => own.alive && trace(`${message}: ${JSON.stringify(fields)}`);
    const logger = { debug: nothing, error: log, info: nothing, warn: log } as unknown as Logger; // as the pipeline calls it
    const storePrepared = Promise.resolve();
    const options = {
      dataDirectory: DATA,
      maxQueues: Number.POSITIVE_INFINITY,
      reserveBytes: 0,
      store: connection,
      storePrepared,
      logger,
      metrics: uncounted,
      world,
    };
    const pipeline = await openPipeline(options);
    const batches = createDurableBatches();
    const accept = createAcceptBatch({
      checkEnvelope: tools.checkEnvelope,
      checkEvent: tools.checkEvent,
      minimise: tools.minimise,
      describeClient: tools.describeClient,
      seen: mutation.seen?.(pipeline.seen) ?? pipeline.seen,
      wal: mutation.wal?.(pipeline.log) ?? pipeline.log,
      encode: mutation.encode?.(tools.encode) ?? tools.encode,
      onAccepted: nothing,
    });
    return { pipeline, batches, accept };
  }

  function start(): void {
    const own = beginLife();
    life = own;
    open(own).then(
      (opened) => {
        if (!own.alive) return;
        running = opened;
        trace('collector is up');
      },
      (error: unknown) => {
        if (!own.alive) return;
        trace(`collector did not start: ${error}`);
        end();
        startLater();
      },
    );
  }

  function startLater(): void {
    time.after(BACK_MS.low + random() * (BACK_MS.high - BACK_MS.low), () => life ?? start());
  }

  function end(): void {
    if (life) endLife(life);
    life = undefined;
    running = undefined;
  }

  async function answer(request: VirtualRequest, own: NonNullable<typeof running>): Promise<VirtualAnswer> {
    if (request.kind === 'acks') {
      const durable = request.ids.filter((id) => own.batches.has(WORKSPACE, id));
      return { status: 200, retryAfter: null, body: { durable, unknown: [] } };
    }
    const body = await decodeBody(request.body, [undefined, undefined]);
    const receivedAt = now();
    const delivery = { workspaceId: WORKSPACE, mayBeHistorical: false, userAgent: '', ipPrefix: '', receivedAt };
    const { ack } = await own.accept(body, delivery);
    own.batches.add(WORKSPACE, ack.batchId);
    return { status: 202, retryAfter: null, body: ack };
  }

  function problem(error: unknown): VirtualAnswer {
    if (error instanceof HttpProblem) {
      return { status: PROBLEM_STATUS[error.code], retryAfter: null, body: error.body() };
    }
    if (error instanceof TidemarkError) return { status: 503, retryAfter: '2', body: { code: 'busy' } };
    faults.push(`the collector failed at a request: ${error}`);
    return { status: 500, retryAfter: null, body: { code: 'internal' } };
  }

  start();
  return {
    async handle(request) {
      const [own, mine] = [running, life];
      if (!own || !mine) return undefined;
      const given = await answer(request, own).catch(problem);
      if (!mine.alive) return never();
      if (given.status === 202) options.onAck(given.body as Ack); // made above
      return given;
    },
    kill() {
      if (!life) return;
      trace('collector is killed');
      end();
      startLater();
    },
    cutPower() {
      trace('power is cut');
      end();
      disk.cutPower();
      store.cutPower(!mutation.forgetsTokensInPowerCut);
      startLater();
    },
    async restart() {
      const [own, mine] = [running, life];
      if (!own || !mine) return;
      trace('collector is asked to stop');
      running = undefined;
      await own.pipeline.close().catch(nothing); // a disk that fails at the end: the process ends all the same
      if (!mine.alive) return;
      end();
      startLater();
    },
    pipeline: () => running?.pipeline,
    faults,
  };
}
