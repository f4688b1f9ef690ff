import type { ProductDaysAnswer } from '@tidemark/protocol';
import { productDaysQuerySchema } from '@tidemark/protocol/schema';
import type { FastifyInstance } from 'fastify';
import { storeStarting } from '../observe/store-starting.js';
import type { StoreConnection } from '../store/connect.js';
import { compileOrderEvents, type OrderEventRow } from '../store/reports/order-events.js';
import { REPORT_LIMITS } from '../store/reports/query-scope.js';
import { eachRow } from '../store/reports/run-query.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';
import { createProductMeasuring } from './measure-products.js';
import { invalidQuery } from './query-problems.js';
import { createReportTurns } from './report-turns.js';
import { orTooHeavy } from './too-heavy.js';

export interface ProductsRouteOptions {
  readonly registry: Registry;
  readonly store: StoreConnection;
  readonly storeReady: () => boolean;
  readonly now: () => number;
}

const RANGE_MS = 30 * 86_400_000;
/** Of one workspace: each reads all order events of its range. */
const RUNNING = 1;
const WAITING = 4;

/** `GET /v1/products`: orders by product and trade day, for read and secret keys. */
export function registerProductsRoute(app: FastifyInstance, options: ProductsRouteOptions): void {
  const { registry, store } = options;
  const turns = createReportTurns(RUNNING, WAITING);

  app.get('/v1/products', async (request): Promise<ProductDaysAnswer> => {
    const { workspaceId } = authorise(registry, requestKey(request), 'read');
    const query = productDaysQuerySchema.safeParse(request.query);
    if (!query.success) throw invalidQuery(query.error, 'this address');
    if (!options.storeReady()) throw storeStarting();
    const { to = options.now(), productId, calendar = 'bank' } = query.data;
    const range = { from: query.data.from ?? to - RANGE_MS, to };
    return turns.take(workspaceId, () =>
      orTooHeavy(REPORT_LIMITS, async () => {
        const measuring = createProductMeasuring({ ...range, calendar });
        const compiled = compileOrderEvents(
          { ...range, productId },
          { workspaceId, aliased: false, sampled: false, limits: REPORT_LIMITS },
        );
        await eachRow<OrderEventRow>(store, compiled, measuring.add);
        return measuring.answer();
      }),
    );
  });
}
