import type { FastifyRequest } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import { requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';
import { addressNetwork } from './address-network.js';
import type { RateLimiter } from './rate-limiter.js';

/** For the `onRequest` of a scope; behind what lets a page read the answer. */
export type LimitRequests = (request: FastifyRequest) => Promise<void>;

/**
 * Refuses what comes too often from one address, then with one key, before a body is read.
 *
 * @param byAddress - undefined where there is no limit; likewise `byKey`, where only keys with a rate of their own have one.
 */
export function createLimitRequests(
  registry: Registry,
  byAddress: RateLimiter | undefined,
  byKey: RateLimiter | undefined,
  ownRates: RateLimiter,
): LimitRequests {
  return async (request) => {
    const addressWaitMs = byAddress?.take(addressNetwork(request.ip)) ?? 0;
    if (addressWaitMs > 0) throw tooMany('Too many requests come from this address', addressWaitMs);
    if (request.method === 'OPTIONS') return; // a preflight: nothing is done for it
    const lookup = registry.lookUp(requestKey(request));
    if (lookup.kind !== 'granted') return; // refused by its route, and counted by its address
    const { keyId, requestsPerSecond } = lookup.access;
    const keyWaitMs = (requestsPerSecond > 0 ? ownRates.take(keyId, requestsPerSecond) : byKey?.take(keyId)) ?? 0;
    if (keyWaitMs > 0) throw tooMany('Too many requests come with this key', keyWaitMs);
  };
}

function tooMany(what: string, waitMs: number): HttpProblem {
  const retry = { retryAfterSeconds: Math.ceil(waitMs / 1_000) };
  return new HttpProblem('rate_limited', `${what}; try again after what Retry-After says.`, retry);
}
