import type { FastifyInstance } from 'fastify';
import { storeStarting } from '../observe/store-starting.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';
import { requireFromHere } from '../workspaces/require-from-here.js';

/** The answer to `POST /v1/admin/snapshot`. */
export interface Snapshot {
  /** A folder on this machine, to be copied and then removed. */
  readonly directory: string;
}

export interface SnapshotRouteOptions {
  readonly registry: Registry;
  readonly storeReady: () => boolean;
  /** Takes one while nothing is loaded and nobody erased. */
  readonly take: () => Promise<string>;
}

/** `POST /v1/admin/snapshot`: what a backup is made from, for the operator's key and from this machine alone. */
export function registerSnapshotRoute(
  app: FastifyInstance,
  { registry, storeReady, take }: SnapshotRouteOptions,
): void {
  app.post('/v1/admin/snapshot', async (request, reply): Promise<Snapshot> => {
    reply.header('Cache-Control', 'no-store');
    requireFromHere(request, 'Backups are');
    authorise(registry, requestKey(request), 'operator');
    if (storeReady()) return { directory: await take() };
    throw storeStarting();
  });
}
