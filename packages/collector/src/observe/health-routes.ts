import type { FastifyInstance } from 'fastify';
import { atMostEvery } from './at-most-every.js';
import type { Metrics } from './metrics.js';
import { askReadiness, isReady, type ReadinessProbes } from './readiness.js';
import { scrub } from './scrub.js';

/** They need no key and are answered under any load, so they must cost next to nothing however often they are asked. */
const FRESH_MS = 250;

/**
 * `/livez` says that the process answers, `/readyz` that it does all of its work and if not why, `/readyz?for=ingest` that
 * it accepts events, `/metrics` how much it does.
 */
export function registerHealthRoutes(app: FastifyInstance, metrics: Metrics, probes: ReadinessProbes): void {
  const metricsText = atMostEvery(FRESH_MS, () => metrics.text());
  const readiness = atMostEvery(FRESH_MS, () => askReadiness(probes));

  app.get('/livez', async () => ({ status: 'ok' }));
  app.get('/readyz', async (request, reply) => {
    const { for: purpose } = request.query as { readonly for?: unknown };
    const checks = await readiness();
    const status = isReady(checks, purpose === 'ingest' ? 'ingest' : 'all') ? 'ready' : 'not_ready';
    const scrubbed = Object.entries(checks).map(([name, { ok, detail }]) => [name, { ok, detail: scrub(detail) }]);
    reply.header('Cache-Control', 'no-store').code(status === 'ready' ? 200 : 503);
    return { status, checks: Object.fromEntries(scrubbed) };
  });
  app.get('/metrics', async (_request, reply) => reply.type(metrics.contentType).send(await metricsText()));
}
