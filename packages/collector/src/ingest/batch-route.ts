import { type Ack, LIMITS, type VisitorId } from '@tidemark/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import type { IngestMetrics } from '../observe/metrics.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';
import type { AcceptBatch } from './accept-batch.js';
import { type Admission, readBytes, unpackedAtMost } from './admission.js';
import type { DailyBudget } from './daily-budget.js';
import { bodyTooLarge, decodeBody } from './decode-body.js';
import type { DurableBatches } from './durable-batches.js';
import { ipPrefix } from './ip-prefix.js';
import { answerPreflight, type TrustedOrigin } from './open-to-pages.js';
import { readVisitorCookie, setVisitorCookie } from './visitor-cookie.js';

export interface BatchRouteOptions {
  readonly registry: Registry;
  readonly accept: AcceptBatch;
  /** Where acknowledged batches are noted, for senders whose answer gets lost. */
  readonly batches: DurableBatches;
  /** What each workspace may send a day. */
  readonly budget: DailyBudget;
  /** Pages whose visitors are remembered by a cookie. */
  readonly trustedOrigin: TrustedOrigin;
  readonly metrics: IngestMetrics;
  readonly now: () => number;
  /** Told what a request holds; past the bound it is refused with 503. */
  readonly admission: Pick<Admission, 'reserve' | 'settle'>;
  /** Throws while the disk has no room for more. */
  readonly refuseWhenLow: () => void;
}

/** `POST /v1/batch`, in a scope that is open to pages. Any content type is taken as JSON. */
export function registerBatchRoute(app: FastifyInstance, options: BatchRouteOptions): void {
  const { registry, accept, admission, metrics, now } = options;

  answerPreflight(app, '/v1/batch', 'POST');

  /** Before the body: nobody without a key makes the collector hold one. */
  async function onRequest(request: FastifyRequest): Promise<void> {
    const { workspaceId } = authorise(registry, requestKey(request), 'append');
    options.budget.check(workspaceId);
    options.refuseWhenLow();
  }

  app.post('/v1/batch', { onRequest }, async (request: FastifyRequest, reply: FastifyReply) => {
    const receivedAt = now();
    const access = authorise(registry, requestKey(request), 'append');
    if (!Buffer.isBuffer(request.body)) throw new HttpProblem('unreadable_body', 'The request has no body.');
    if (request.body.length > LIMITS.wireBytes) throw bodyTooLarge();
    const { z } = request.query as { readonly z?: unknown };
    const startedAt = performance.now();
    const wireBytes = request.body.length;
    const encodings = [request.headers['content-encoding'], z];
    if (encodings.some(Boolean)) admission.reserve(request.raw, unpackedAtMost(wireBytes));
    const body = await decodeBody(request.body, encodings);
    admission.settle(request.raw, readBytes(wireBytes, body.text.length));
    const { ack, visitorId } = await accept(body, {
      workspaceId: access.workspaceId,
      mayBeHistorical: access.scopes.includes('server'),
      userAgent: (request.headers['user-agent'] ?? '').slice(0, LIMITS.userAgentLength),
      ipPrefix: ipPrefix(request.ip),
      headers: request.headers,
      receivedAt,
    });
    options.batches.add(access.workspaceId, ack.batchId);
    options.budget.spend(access.workspaceId, ack.accepted);
    metrics.countAck(ack);
    metrics.observeAck((performance.now() - startedAt) / 1_000);
    if (visitorId !== undefined && options.trustedOrigin(request) !== undefined) {
      remember(request, reply, access.workspaceId, visitorId);
    }
    const { version: configVersion } = registry.clientConfigs.of(access.workspaceId);
    return reply.code(202).send({ ...ack, configVersion } satisfies Ack);
  });

  function remember(request: FastifyRequest, reply: FastifyReply, workspaceId: string, visitorId: VisitorId): void {
    const remembered = readVisitorCookie(request.headers.cookie, workspaceId);
    const cookie = setVisitorCookie(remembered, workspaceId, visitorId, now(), request.protocol === 'https');
    if (cookie !== undefined) reply.header('Set-Cookie', cookie);
  }
}
