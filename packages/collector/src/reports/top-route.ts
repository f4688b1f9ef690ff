import type { FastifyInstance } from 'fastify';
import type { Vitals } from '../observe/vitals.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';

/** How a collector is this moment. */
export interface TopAnswer extends Vitals {
  readonly wal: {
    /** Batches and other records that are on the disk here and not in the store. */
    readonly records: number;
    readonly segments: number;
    readonly pendingBytes: number;
    /** How long the oldest of them has waited; 0 when nothing waits. */
    readonly oldestAgeMs: number;
  };
  /** Whatever was acknowledged up to then can be queried; epoch milliseconds. */
  readonly completeTo: number;
  readonly storeReady: boolean;
  readonly collectorRssBytes: number;
  /** Null without the embedded engine, and where the system does not tell. */
  readonly engineRssBytes: number | null;
}

export interface TopRouteOptions {
  readonly registry: Registry;
  readonly read: () => TopAnswer;
}

/** `GET /v1/admin/top`, for the operator's key: from memory, whether or not the store is there. */
export function registerTopRoute(app: FastifyInstance, { registry, read }: TopRouteOptions): void {
  app.get('/v1/admin/top', async (request, reply): Promise<TopAnswer> => {
    authorise(registry, requestKey(request), 'operator');
    reply.header('Cache-Control', 'no-store');
    return read();
  });
}
