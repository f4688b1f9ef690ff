import type { FastifyInstance } from 'fastify';
import type { LimitRequests } from '../../ingest/limit-requests.js';
import { type FeatureCatalogRouteOptions, registerFeatureCatalogRoute } from '../../reports/feature-catalog-route.js';
import { type FeatureRowsRouteOptions, registerFeatureRowsRoute } from '../../reports/feature-rows-route.js';
import { type FeaturesRouteOptions, registerFeaturesRoute } from '../../reports/features-route.js';
import { registerMacroRoute } from '../../reports/macro-route.js';
import { registerOperatorSqlRoute } from '../../reports/operator-sql-route.js';
import { registerProductsRoute } from '../../reports/products-route.js';
import { type ReportRoutesOptions, registerReportRoutes } from '../../reports/report-routes.js';
import { compressReplies } from '../http/compress-replies.js';

export interface ReadingRoutesOptions
  extends Pick<ReportRoutesOptions, 'registry' | 'store' | 'formsOf' | 'storeReady' | 'now' | 'completeTo'>,
    Pick<FeatureCatalogRouteOptions, 'featureCatalog'>,
    Pick<FeaturesRouteOptions, 'readFeatures'>,
    Pick<FeatureRowsRouteOptions, 'readFeatureRows'> {
  readonly limitRequests: LimitRequests;
}

/** What is asked of the store: reports, products, features; and, for the operator, anything. */
export async function registerReading(app: FastifyInstance, options: ReadingRoutesOptions): Promise<void> {
  await app.register(async (scope) => {
    scope.addHook('onRequest', options.limitRequests);
    await compressReplies(scope);
    registerReportRoutes(scope, options);
    registerProductsRoute(scope, options);
    registerFeatureCatalogRoute(scope, options);
    registerFeaturesRoute(scope, options);
    registerFeatureRowsRoute(scope, options);
    registerMacroRoute(scope, options);
  });
  await app.register(async (scope) => {
    scope.addHook('onRequest', options.limitRequests);
    registerOperatorSqlRoute(scope, options);
  });
}
