import type { KeyScope } from '@tidemark/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { takeBodies } from '../observe/take-bodies.js';
import { authorise, requestKey } from './authorise.js';
import type { Access, Registry } from './registry.js';

/** Who sent a request. @throws {HttpProblem} for whoever may not. */
export type AccessOf = (request: FastifyRequest) => Access;

/** Whoever has a key of a scope. */
export function accessBy(registry: Registry, scope: KeyScope): AccessOf {
  return (request) => authorise(registry, requestKey(request), scope);
}

/**
 * Opens the routes of this scope to holders of a key, and to no pages: they get bodies as texts, and nothing is cached. Whoever
 * may not is told so before the body: nobody without such a key makes the collector hold one.
 */
export function openToKeys(app: FastifyInstance, accessOf: AccessOf, bodyMaxBytes: number): void {
  takeBodies(app, 'string', bodyMaxBytes);
  app.addHook('onRequest', async (request, reply) => {
    reply.header('Cache-Control', 'no-store');
    accessOf(request);
  });
}
