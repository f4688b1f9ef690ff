import type { FeatureQuery, FeaturesAnswer } from '@tidemark/protocol';
import { featureQuerySchema } from '@tidemark/protocol/schema';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import { storeStarting } from '../observe/store-starting.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';
import { invalidQuery } from './query-problems.js';

export interface FeaturesRouteOptions {
  readonly registry: Registry;
  readonly readFeatures: (workspaceId: string, query: FeatureQuery) => Promise<FeaturesAnswer>;
  readonly storeReady: () => boolean;
}

/** `GET /v1/features?subject=ID`, for read and secret keys. */
export function registerFeaturesRoute(app: FastifyInstance, options: FeaturesRouteOptions): void {
  app.get('/v1/features', async (request) => {
    const { workspaceId } = authorise(options.registry, requestKey(request), 'read');
    const query = featureQuerySchema.safeParse(request.query);
    if (!query.success) throw invalidQuery(query.error, 'this address');
    if (!options.storeReady()) throw storeStarting();
    const answer = await options.readFeatures(workspaceId, query.data);
    if (answer.kinds.length > 0) return answer;
    const { subject, kind } = query.data;
    throw new HttpProblem(
      'not_found',
      `No event of the last 365 days is about ${kind ? `a ${kind}` : 'a subject'} with the id "${subject}"; ids are compared letter by letter.`,
    );
  });
}
