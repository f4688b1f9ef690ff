import type { RequestListener, Server } from 'node:http';
import { PROBLEM_STATUS, type ProblemCode } from '@tidemark/protocol';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { bodyTooLarge } from '../../ingest/decode-body.js';
import { type ErrorCode, TidemarkError } from '../../observe/errors.js';
import { HttpProblem } from '../../observe/http-problem.js';
import type { Logger } from '../../observe/logger.js';
import type { IngestMetrics } from '../../observe/metrics.js';
import { createRequestIds } from '../../observe/request-log.js';
import type { Config } from '../config.js';
import { refuseUnparsed } from './refuse-unparsed.js';

/** What a fault is called outside; every other one means that the disk is not keeping up. */
const PROBLEM_OF: { readonly [C in ErrorCode]?: ProblemCode } = {
  store_refused: 'store_unavailable',
  disk_full: 'disk_full',
  simulation_failed: 'internal',
};
const BUSY_RETRY_SECONDS = 2;
/** What a connection to the store fails with; nothing else that a request does opens one. */
const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT']);

/**
 * The HTTP server without routes: refusals have one form.
 *
 * @param createServer - Node's own unless something stands guard before it.
 */
export function createHttpApp(
  trustProxy: Config['trustProxy'],
  logger: Logger,
  metrics: IngestMetrics,
  createServer?: (handler: RequestListener) => Server,
): FastifyInstance {
  const app = fastify({
    ...(createServer && { serverFactory: createServer }),
    genReqId: createRequestIds(),
    trustProxy: typeof trustProxy === 'number' ? trustNearest(trustProxy) : trustProxy,
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 128 },
    clientErrorHandler: (error, socket) => refuseUnparsed(error, socket, metrics.countProblem),
    frameworkErrors: (_error, request, reply) => void refuse(notFound(request), reply), // an address that cannot be read
  });

  function refuse(error: unknown, reply: FastifyReply): FastifyReply {
    const problem = toProblem(error, reply.request.id, logger);
    metrics.countProblem(problem.code);
    if (problem.retryAfterSeconds !== undefined) reply.header('Retry-After', String(problem.retryAfterSeconds));
    return reply
      .code(PROBLEM_STATUS[problem.code])
      .type('application/problem+json')
      .send(JSON.stringify(problem.body()));
  }

  app.setErrorHandler((error, _request, reply) => refuse(error, reply));
  app.setNotFoundHandler((request, reply) => refuse(notFound(request), reply));
  return app;
}

/** Fastify itself takes no number: it is right only where nobody comes around the proxies, which the setting's text says. */
function trustNearest(proxies: number): false | ((address: string, hop: number) => boolean) {
  return proxies > 0 && ((_address, hop) => hop < proxies);
}

function notFound(request: FastifyRequest): HttpProblem {
  return new HttpProblem('not_found', `There is nothing at ${request.method} ${request.url.split('?')[0]}.`);
}

function toProblem(error: unknown, requestId: string, logger: Logger): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof TidemarkError) {
    const code = PROBLEM_OF[error.code] ?? 'busy';
    return new HttpProblem(code, error.message, { retryAfterSeconds: BUSY_RETRY_SECONDS });
  }
  const { statusCode, code } = error as { readonly statusCode?: number; readonly code?: string };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return bodyTooLarge();
  if (statusCode !== undefined && statusCode < 500)
    return new HttpProblem('unreadable_body', 'The request cannot be read.');
  logger.error({ requestId, error: String(error) }, 'request failed');
  if (code !== undefined && UNREACHABLE.has(code)) {
    return new HttpProblem('store_unavailable', 'The store does not answer; try again later.', {
      retryAfterSeconds: BUSY_RETRY_SECONDS,
    });
  }
  return new HttpProblem('internal', 'The collector failed at this request; its log says why.');
}
