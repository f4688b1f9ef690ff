import { FEATURE_GROUPS } from '@tidemark/analytics/features';
import type { FeatureCatalog } from '@tidemark/protocol';
import type { FastifyInstance } from 'fastify';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';

const CATALOG: FeatureCatalog = {
  groups: FEATURE_GROUPS.map(({ title, features }) => ({
    title,
    features: features.map(({ name, subjects: kinds, windowMs, unit, definition, source, freshness }) => {
      return { name, kinds, windowMs, unit, definition, source, freshness };
    }),
  })),
};

/** `GET /v1/feature-catalog`, for read and secret keys: what each feature is. The same for everybody. */
export function registerFeatureCatalogRoute(app: FastifyInstance, { registry }: { readonly registry: Registry }): void {
  app.get('/v1/feature-catalog', (request) => {
    authorise(registry, requestKey(request), 'read');
    return CATALOG;
  });
}
