import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.js';

export type StoreState = 'starting' | 'ready' | 'down';

/** `/livez` says that the process answers, `/readyz` that it does all of its work, `/metrics` how much. */
export function registerHealthRoutes(
  app: FastifyInstance,
  metrics: Metrics,
  storeState: () => Promise<StoreState>,
): void {
  app.get('/livez', async () => ({ status: 'ok' }));
  app.get('/readyz', async (_request, reply) => {
    const store = await storeState();
    return reply.code(store === 'ready' ? 200 : 503).send({ store });
  });
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}
