import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import { ROLES, type Role } from './config.js';

/** Where each role answers. */
const PLACES: Readonly<Record<Role, readonly string[]>> = {
  ingest: [
    '/v1/batch',
    '/v1/server',
    '/v1/macro-points',
    '/v1/acks',
    '/v1/config',
    '/v1/queues/*',
    '/v1/live',
    '/v1/score',
    '/v1/scorecard',
    '/v1/models',
    '/v1/models/*',
    '/v1/decisions',
    '/v1/decisions/*',
    '/v1/decide',
    '/v1/rules',
    '/v1/rules/*',
  ],
  analyze: ['/v1/reports/*', '/v1/features', '/v1/products', '/v1/macro-series', '/v1/admin/sql'],
  console: ['/console', '/console/*'],
};

/** Has what another process of the installation answers be refused by the name of what is missing, not as unknown. */
export function registerMissingRoles(app: FastifyInstance, taken: readonly Role[]): void {
  for (const role of ROLES.filter((one) => !taken.includes(one))) {
    for (const place of PLACES[role]) {
      app.all(place, async (request) => {
        const what = `${request.method} ${request.url.split('?')[0]}`;
        throw new HttpProblem(
          'not_found',
          `${what} needs the role "${role}", which this collector does not take (TIDEMARK_ROLES).`,
        );
      });
    }
  }
}
