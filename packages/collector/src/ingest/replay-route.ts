import type { ReplayResult } from '@tidemark/protocol';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import { storeStarting } from '../observe/store-starting.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';

export interface ReplayRouteOptions {
  readonly registry: Registry;
  readonly replay: (workspaceId: string) => Promise<ReplayResult>;
  readonly storeReady: () => boolean;
}

/** `POST /v1/rejected/replay`: puts rows that the store refused through again, for secret keys. */
export function registerReplayRoute(app: FastifyInstance, options: ReplayRouteOptions): void {
  let former: Promise<unknown> = Promise.resolve();

  app.post('/v1/rejected/replay', async (request, reply): Promise<ReplayResult> => {
    const { workspaceId } = authorise(options.registry, requestKey(request), 'configure');
    const { reason } = request.query as { readonly reason?: unknown };
    if (reason !== undefined && reason !== 'refused_by_store') {
      const detail = 'Only rows with the reason refused_by_store hold all that it takes to put them through again.';
      throw new HttpProblem('invalid_query', `reason: ${detail}`, { field: 'reason' });
    }
    if (!options.storeReady()) {
      throw storeStarting();
    }
    // One after another: two at once could each find a row absent and both put it in.
    const result = former.then(() => options.replay(workspaceId));
    former = result.catch(() => undefined);
    reply.header('Cache-Control', 'no-store');
    return result;
  });
}
