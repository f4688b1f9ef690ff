import { type Ack, LIMITS } from '@tidemark/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { IngestMetrics } from '../observe/metrics.js';
import { takeBodies } from '../observe/take-bodies.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';
import type { AcceptServerBatch } from './accept-server-batch.js';
import { type Admission, readBytes, unpackedAtMost } from './admission.js';
import { readSignature, verifySignature } from './check-signature.js';
import type { DailyBudget } from './daily-budget.js';
import { bodyTooLarge, type DecodedBody, decodeBody } from './decode-body.js';
import type { DurableBatches } from './durable-batches.js';
import { macroBatch, macroRejection } from './macro-batch.js';
import type { Nonces } from './nonces.js';
import { ANY_TYPE } from './open-to-pages.js';

export interface ServerRouteOptions {
  readonly registry: Registry;
  readonly accept: AcceptServerBatch;
  readonly nonces: Pick<Nonces, 'use'>;
  readonly batches: DurableBatches;
  /** What each workspace may send a day, by whichever way. */
  readonly budget: DailyBudget;
  readonly metrics: IngestMetrics;
  readonly now: () => number;
  /** Told what a request holds; past the bound it is refused with 503. */
  readonly admission: Pick<Admission, 'reserve' | 'settle'>;
  /** Throws while the disk has no room for more. */
  readonly refuseWhenLow: () => void;
}

/**
 * `POST /v1/server`: what only servers know, in requests signed with a secret key. Any content type is taken as JSON.
 * `POST /v1/macro-points` likewise takes rows of economic series, which go the same way as events.
 */
export function registerServerRoute(app: FastifyInstance, options: ServerRouteOptions): void {
  const { registry, accept, nonces, metrics, now, admission } = options;

  // The signature is over the bytes as they came.
  takeBodies(app, 'buffer', LIMITS.wireBytes);

  /** Before the body: nobody without a key and a signature of now makes the collector hold one. */
  async function onRequest(request: FastifyRequest): Promise<void> {
    request.raw.headers['content-type'] = ANY_TYPE;
    const { workspaceId } = authorise(registry, requestKey(request), 'server');
    readSignature(request.headers, now());
    options.budget.check(workspaceId);
    options.refuseWhenLow();
  }

  async function answer(request: FastifyRequest, read: (body: DecodedBody) => DecodedBody): Promise<Ack> {
    const receivedAt = now();
    const key = requestKey(request);
    const { workspaceId } = authorise(registry, key, 'server');
    const signature = readSignature(request.headers, receivedAt);
    const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
    if (raw.length > LIMITS.wireBytes) throw bodyTooLarge();
    verifySignature(key, signature, raw);
    const startedAt = performance.now();
    const encodings = [request.headers['content-encoding']];
    // Before the nonce is spent: the request may come again.
    if (encodings.some(Boolean)) admission.reserve(request.raw, unpackedAtMost(raw.length));
    const nonceUntilMs = nonces.use(workspaceId, signature.nonce, signature.timestampMs);
    const body = await decodeBody(raw, encodings);
    admission.settle(request.raw, readBytes(raw.length, body.text.length));
    const ack = await accept(read(body), {
      workspaceId,
      userAgent: (request.headers['user-agent'] ?? '').slice(0, LIMITS.userAgentLength),
      receivedAt,
      nonce: signature.nonce,
      nonceUntilMs,
    });
    options.batches.add(workspaceId, ack.batchId);
    options.budget.spend(workspaceId, ack.accepted);
    metrics.countAck(ack);
    metrics.observeAck((performance.now() - startedAt) / 1_000);
    return ack;
  }

  app.post('/v1/server', { onRequest }, async (request: FastifyRequest, reply: FastifyReply) =>
    reply.code(202).send((await answer(request, (body) => body)) satisfies Ack),
  );
  app.post('/v1/macro-points', { onRequest }, async (request: FastifyRequest, reply: FastifyReply) => {
    const ack = await answer(request, macroBatch);
    return reply.code(202).send({ ...ack, rejected: ack.rejected.map(macroRejection) } satisfies Ack);
  });
}
