import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { openKeptFile } from '../disk/kept-file.js';
import { flagCursor } from '../feeds/flag-cursor.js';
import { createDeliverWebhooks } from '../feeds/webhooks/deliver-webhooks.js';
import { sendWebhook } from '../feeds/webhooks/send-webhook.js';
import type { Webhook } from '../feeds/webhooks/webhook.js';
import { registerWebhookRoutes } from '../feeds/webhooks/webhook-routes.js';
import type { Logger } from '../observe/logger.js';
import type { StoreConnection } from '../store/connect.js';
import { readFlagPlaces, readFlags } from '../store/flags/read-flags.js';
import type { ControlChanges } from '../workspaces/control-changes.js';
import type { Registry } from '../workspaces/registry.js';
import { actorOf } from './actor-of.js';
import type { Config } from './config.js';

export interface OpenWebhooksOptions {
  readonly config: Pick<Config, 'webhookLoopback'>;
  readonly dataDirectory: string;
  readonly store: StoreConnection;
  readonly storeReady: () => boolean;
  readonly logger: Logger;
}

/** Who is told of flags by a request of the collector's own. */
export interface Webhooks {
  register(app: FastifyInstance, rooms: WebhookRooms): void;
  /** There may be news in the store. */
  poke(): void;
  close(): Promise<void>;
}

interface WebhookRooms {
  readonly registry: Registry;
  readonly changes: Pick<ControlChanges, 'note'>;
}

export async function openWebhooks(options: OpenWebhooksOptions): Promise<Webhooks> {
  const { config, dataDirectory, store, logger } = options;
  const allowLoopback = config.webhookLoopback;
  const file = await openKeptFile<Webhook>(join(dataDirectory, 'webhooks.json'));
  const deliver = createDeliverWebhooks({
    webhooks: file.kept,
    save: file.save,
    readFlags: (workspaceId, after, filter, limit) => readFlags(store, workspaceId, after, filter, limit),
    send: (message) => sendWebhook(message, { allowLoopback, now: Date.now }),
    logger,
    now: Date.now,
    random: Math.random,
  });
  return {
    register(scope, { registry, changes }) {
      void scope.register(async (app) =>
        registerWebhookRoutes(app, {
          registry,
          deliver,
          allowLoopback,
          latestCursor: async (workspaceId) => flagCursor(await readFlagPlaces(store, workspaceId)),
          note: (request, access, action, subject) =>
            changes.note(actorOf(request, access), action, access.workspaceId, subject),
        }),
      );
    },
    poke() {
      if (options.storeReady()) deliver.poke();
    },
    close: deliver.stop,
  };
}
