import { PROBLEM_STATUS } from '@tidemark/protocol';
import { type FastifyInstance, type FastifyReply, type FastifyRequest, fastify } from 'fastify';
import { bodyTooLarge } from '../ingest/decode-body.js';
import { TidemarkError } from '../observe/errors.js';
import { HttpProblem } from '../observe/http-problem.js';
import type { Logger } from '../observe/logger.js';
import type { IngestMetrics } from '../observe/metrics.js';
import type { Config } from './config.js';

const REQUEST_TIMEOUT_MS = 30_000;
const BUSY_RETRY_SECONDS = 2;
/** What a connection to the store fails with; nothing else that a request does opens one. */
const UNREACHABLE = new Set(['ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENOTFOUND', 'EPIPE', 'ETIMEDOUT']);

/** The HTTP server without routes: refusals have one form, slow senders are cut off. */
export function createHttpApp(
  trustProxy: Config['trustProxy'],
  logger: Logger,
  metrics: IngestMetrics,
): FastifyInstance {
  const app = fastify({
    trustProxy: typeof trustProxy === 'number' ? trustNearest(trustProxy) : trustProxy,
    requestTimeout: REQUEST_TIMEOUT_MS,
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 128 },
    frameworkErrors: (_error, request, reply) => void refuse(notFound(request), reply), // an address that cannot be read
  });

  function refuse(error: unknown, reply: FastifyReply): FastifyReply {
    const problem = toProblem(error, logger);
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

function toProblem(error: unknown, logger: Logger): HttpProblem {
  if (error instanceof HttpProblem) return error;
  if (error instanceof TidemarkError) {
    const code = error.code === 'store_refused' ? 'store_unavailable' : 'busy';
    return new HttpProblem(code, error.message, { retryAfterSeconds: BUSY_RETRY_SECONDS });
  }
  const { statusCode, code } = error as { readonly statusCode?: number; readonly code?: string };
  if (code === 'FST_ERR_CTP_BODY_TOO_LARGE') return bodyTooLarge();
  if (statusCode !== undefined && statusCode < 500)
    return new HttpProblem('unreadable_body', 'The request cannot be read.');
  logger.error({ error: String(error) }, 'request failed');
  if (code !== undefined && UNREACHABLE.has(code)) {
    return new HttpProblem('store_unavailable', 'The store does not answer; try again later.', {
      retryAfterSeconds: BUSY_RETRY_SECONDS,
    });
  }
  return new HttpProblem('internal', 'The collector failed at this request; its log says why.');
}
