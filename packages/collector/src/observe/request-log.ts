import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Logger } from './logger.js';
import type { Metrics } from './metrics.js';

export interface RequestLogOptions {
  readonly logger: Logger;
  readonly metrics: Pick<Metrics, 'requestHistogram'>;
  /** The sender's network, cut: the full address is never written. */
  readonly networkOf: (address: string) => string;
}

/**
 * Every answer carries `X-Request-Id`, every line about a request the same id, and each request is measured by its route.
 * The route as it was registered, never the address: that may hold a key, or whatever a stranger put there.
 */
export function registerRequestLog(app: FastifyInstance, options: RequestLogOptions): void {
  const { logger, networkOf } = options;
  const observe = options.metrics.requestHistogram();

  app.addHook('onRequest', async (request, reply) => {
    reply.header('X-Request-Id', request.id);
  });
  app.addHook('onResponse', async (request, reply) => {
    const { statusCode } = reply;
    const route = routeOf(request);
    observe(request.method, route, statusCode, reply.elapsedTime / 1_000);
    const ms = Math.round(reply.elapsedTime * 10) / 10;
    const from = networkOf(request.ip);
    logger.debug({ requestId: request.id, method: request.method, route, status: statusCode, ms, from }, 'request');
  });
}

/** One of those that were registered, so that their number is bounded. */
function routeOf(request: FastifyRequest): string {
  return request.routeOptions.url ?? 'none';
}

/** Ids that are unique among collectors and cost nothing: a random beginning, then a count. A sender's own is not taken. */
export function createRequestIds(): () => string {
  const process = randomBytes(6).toString('hex');
  let count = 0;
  return () => `${process}-${(++count).toString(36)}`;
}
