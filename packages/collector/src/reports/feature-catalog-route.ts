import type { FeatureCatalog } from '@tidemark/protocol';
import type { FastifyInstance } from 'fastify';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';

export interface FeatureCatalogRouteOptions {
  readonly registry: Registry;
  /** The same for everybody. */
  readonly featureCatalog: FeatureCatalog;
}

/** `GET /v1/feature-catalog`, for read and secret keys: what each feature is. */
export function registerFeatureCatalogRoute(app: FastifyInstance, options: FeatureCatalogRouteOptions): void {
  app.get('/v1/feature-catalog', (request) => {
    authorise(options.registry, requestKey(request), 'read');
    return options.featureCatalog;
  });
}
