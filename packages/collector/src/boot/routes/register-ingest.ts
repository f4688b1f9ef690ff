import type { FastifyInstance } from 'fastify';
import { type AcksRouteOptions, registerAcksRoute } from '../../ingest/acks-route.js';
import { type BatchRouteOptions, registerBatchRoute } from '../../ingest/batch-route.js';
import { type ConfigRouteOptions, registerConfigRoute } from '../../ingest/config-route.js';
import type { LimitRequests } from '../../ingest/limit-requests.js';
import { openToPages } from '../../ingest/open-to-pages.js';
import { registerServerRoute, type ServerRouteOptions } from '../../ingest/server-route.js';
import { createKeyOrigins } from '../../workspaces/key-origins.js';
import type { Registry } from '../../workspaces/registry.js';

export interface IngestRoutesOptions
  extends Omit<BatchRouteOptions, 'registry' | 'trustedOrigin'>,
    Pick<ServerRouteOptions, 'nonces'>,
    Pick<AcksRouteOptions, 'loadedElsewhere'>,
    Pick<ConfigRouteOptions, 'changeConfig'> {
  readonly registry: Registry;
  readonly acceptServerBatch: ServerRouteOptions['accept'];
  readonly limitRequests: LimitRequests;
  /** Sites whose visitors are remembered by a cookie. */
  readonly cookieOrigins: readonly string[];
}

/** Where events come in, each way in a scope of its own: pages may use some of them, and servers none of those. */
export async function registerIngest(app: FastifyInstance, options: IngestRoutesOptions): Promise<void> {
  const { registry, limitRequests, cookieOrigins, acceptServerBatch } = options;
  const keyOrigins = createKeyOrigins(registry);
  await app.register(async (scope) => {
    const trustedOrigin = openToPages(scope, cookieOrigins, keyOrigins);
    scope.addHook('onRequest', limitRequests);
    registerBatchRoute(scope, { ...options, trustedOrigin });
    registerConfigRoute(scope, { ...options, trustedOrigin });
  });
  await app.register(async (scope) => {
    openToPages(scope, [], keyOrigins); // nothing there is about a visitor
    scope.addHook('onRequest', limitRequests);
    registerAcksRoute(scope, options);
  });
  await app.register(async (scope) => {
    scope.addHook('onRequest', limitRequests);
    registerServerRoute(scope, { ...options, accept: acceptServerBatch });
  });
}
