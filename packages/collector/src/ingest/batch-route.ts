import { LIMITS } from '@tidemark/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import type { IngestMetrics } from '../observe/metrics.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';
import type { AcceptBatch } from './accept-batch.js';
import { bodyTooLarge, decodeBody } from './decode-body.js';
import type { DurableBatches } from './durable-batches.js';
import { ipPrefix } from './ip-prefix.js';

export interface BatchRouteOptions {
  readonly registry: Registry;
  readonly accept: AcceptBatch;
  /** Where acknowledged batches are noted, for senders whose answer gets lost. */
  readonly batches: DurableBatches;
  readonly metrics: IngestMetrics;
  readonly now: () => number;
  /** Bytes accepted and not yet on disk; past the bound the answer is 503. */
  readonly pendingBytes: () => number;
}

/** More than this waiting for the disk means that the disk is not keeping up. */
const PENDING_MAX_BYTES = 64 * 1_048_576;
const BUSY_RETRY_SECONDS = 2;

/** `POST /v1/batch`. Any content type is taken as JSON, so that a page can send `text/plain` without a preflight. */
export function registerBatchRoute(app: FastifyInstance, options: BatchRouteOptions): void {
  const { registry, accept, metrics, now } = options;

  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: LIMITS.wireBytes }, (_request, body, done) =>
    done(null, body),
  );

  app.addHook('onRequest', async (_request, reply) => {
    reply.header('Access-Control-Allow-Origin', '*').header('Access-Control-Expose-Headers', 'retry-after');
  });

  app.options('/v1/batch', async (_request, reply) => {
    reply
      .header('Access-Control-Allow-Methods', 'POST')
      .header('Access-Control-Allow-Headers', 'authorization, content-type, content-encoding')
      .header('Access-Control-Max-Age', '86400');
    return reply.code(204).send();
  });

  function refuseWhenBusy(): void {
    if (options.pendingBytes() <= PENDING_MAX_BYTES) return;
    const retry = { retryAfterSeconds: BUSY_RETRY_SECONDS };
    throw new HttpProblem('busy', 'The disk is not keeping up; try again later.', retry);
  }

  /** Before the body: nobody without a key makes the collector hold one. */
  async function onRequest(request: FastifyRequest): Promise<void> {
    authorise(registry, requestKey(request), 'append');
    refuseWhenBusy();
  }

  app.post('/v1/batch', { onRequest }, async (request: FastifyRequest, reply: FastifyReply) => {
    const receivedAt = now();
    const access = authorise(registry, requestKey(request), 'append');
    if (!Buffer.isBuffer(request.body)) throw new HttpProblem('unreadable_body', 'The request has no body.');
    if (request.body.length > LIMITS.wireBytes) throw bodyTooLarge();
    const { z } = request.query as { readonly z?: unknown };
    const body = await decodeBody(request.body, [request.headers['content-encoding'], z]);
    refuseWhenBusy(); // again: a hundred bodies may have been unpacked meanwhile, and each grows once more as rows
    const ack = await accept(body, {
      workspaceId: access.workspaceId,
      mayBeHistorical: access.kind === 'secret',
      userAgent: (request.headers['user-agent'] ?? '').slice(0, LIMITS.userAgentLength),
      ipPrefix: ipPrefix(request.ip),
      receivedAt,
    });
    options.batches.add(access.workspaceId, ack.batchId);
    metrics.countAck(ack);
    return reply.code(202).send(ack);
  });
}
