import { type QueueLedger, UUID_PATTERN } from '@tidemark/protocol';
import type { FastifyInstance } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';
import type { SeenEvents } from './seen-events.js';

const UUID = new RegExp(UUID_PATTERN);

/** `GET /v1/queues/QUEUE_ID`: what became of the events of one device's queue, for read and secret keys. */
export function registerQueueRoute(
  app: FastifyInstance,
  options: { readonly registry: Registry; readonly seen: Pick<SeenEvents, 'ledger'> },
): void {
  app.get('/v1/queues/:queueId', async (request, reply): Promise<QueueLedger> => {
    const { workspaceId } = authorise(options.registry, requestKey(request), 'read');
    const { queueId } = request.params as { readonly queueId: string };
    const ledger = UUID.test(queueId) ? options.seen.ledger(workspaceId, queueId) : undefined;
    if (!ledger) throw new HttpProblem('not_found', 'No queue of this workspace has this id, or it was forgotten.');
    reply.header('Cache-Control', 'no-store');
    return ledger;
  });
}
