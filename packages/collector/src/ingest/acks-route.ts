import {
  type DurableBatches as Answer,
  ASKED_BATCHES_MAX,
  type BatchId,
  brandId,
  UUID_PATTERN,
} from '@tidemark/protocol';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';
import type { DurableBatches } from './durable-batches.js';

const UUID = new RegExp(UUID_PATTERN);

export interface AcksRouteOptions {
  readonly registry: Registry;
  readonly batches: DurableBatches;
  /** Which of these batches, ids in lower case, another collector has brought into the store. */
  readonly loadedElsewhere: (workspaceId: string, ids: readonly string[]) => Promise<readonly string[]>;
}

/** `GET /v1/acks?ids=b1,b2`: for a sender that does not know whether its batches arrived. A few bytes instead of copies. */
export function registerAcksRoute(app: FastifyInstance, options: AcksRouteOptions): void {
  app.get('/v1/acks', async (request, reply): Promise<Answer> => {
    const { workspaceId } = authorise(options.registry, requestKey(request), 'append');
    const { ids } = request.query as { readonly ids?: unknown };
    const asked = typeof ids === 'string' ? ids.split(',') : [];
    if (asked.length === 0 || asked.length > ASKED_BATCHES_MAX || !asked.every((id) => UUID.test(id))) {
      throw new HttpProblem('invalid_query', `ids: 1 to ${ASKED_BATCHES_MAX} batch ids, with commas between them.`, {
        field: 'ids',
      });
    }
    reply.header('Cache-Control', 'no-store');
    const isOurs = (id: string) => options.batches.has(workspaceId, id);
    const others = asked.filter((id) => !isOurs(id)).map((id) => id.toLowerCase());
    const loaded = new Set(others.length > 0 ? await options.loadedElsewhere(workspaceId, others) : []);
    const durable: BatchId[] = [];
    const unknown: BatchId[] = [];
    for (const id of asked) (isOurs(id) || loaded.has(id.toLowerCase()) ? durable : unknown).push(brandId(id));
    return { durable, unknown };
  });
}
