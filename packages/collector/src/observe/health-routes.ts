import type { FastifyInstance } from 'fastify';
import type { Metrics } from './metrics.js';
import { askReadiness, type ReadinessProbes } from './readiness.js';
import { scrub } from './scrub.js';

/**
 * `/livez` says that the process answers, `/readyz` that it does all of its work and if not why, `/readyz?for=ingest` that
 * it accepts events, `/metrics` how much it does.
 */
export function registerHealthRoutes(app: FastifyInstance, metrics: Metrics, probes: ReadinessProbes): void {
  app.get('/livez', async () => ({ status: 'ok' }));
  app.get('/readyz', async (request, reply) => {
    const { for: purpose } = request.query as { readonly for?: unknown };
    const { status, checks } = await askReadiness(probes, purpose === 'ingest' ? 'ingest' : 'all');
    const scrubbed = Object.entries(checks).map(([name, { ok, detail }]) => [name, { ok, detail: scrub(detail) }]);
    reply.header('Cache-Control', 'no-store').code(status === 'ready' ? 200 : 503);
    return { status, checks: Object.fromEntries(scrubbed) };
  });
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metrics.text()));
}
