import { FLAG_SEVERITIES, FLAG_STATUSES } from '@tidemark/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HttpProblem } from '../../observe/http-problem.js';
import { readBody } from '../../observe/read-json.js';
import { accessBy, openToKeys } from '../../workspaces/open-to-keys.js';
import type { Access, Registry } from '../../workspaces/registry.js';
import { readFlagCursor } from '../flag-cursor.js';
import type { DeliverWebhooks } from './deliver-webhooks.js';
import { faultOfUrl } from './send-webhook.js';
import { type Webhook, type WebhookInfo, withoutSecret } from './webhook.js';

export interface WebhookRoutesOptions {
  readonly registry: Registry;
  readonly deliver: DeliverWebhooks;
  readonly allowLoopback: boolean;
  /** Where the feed of a workspace stands now: a new webhook is told what comes from there on. */
  readonly latestCursor: (workspaceId: string) => Promise<string>;
  /** Resolves when the audit log has it. */
  readonly note: (
    request: FastifyRequest,
    access: Access,
    action: 'webhook.create' | 'webhook.remove' | 'webhook.resend',
    subject: string,
  ) => Promise<void>;
}

const BODY_MAX_BYTES = 4_096;
const WEBHOOKS_MAX = 20;
const TEXT_MAX = 64;
const URL_MAX = 2_048;
const LIST_MAX = 32;

const bodySchema = z.strictObject({
  url: z.string().min(1).max(URL_MAX),
  kind: z.array(z.string().min(1).max(TEXT_MAX)).max(LIST_MAX).optional(),
  severity: z.array(z.enum(FLAG_SEVERITIES)).optional(),
  status: z.array(z.enum(FLAG_STATUSES)).optional(),
  surface: z.array(z.enum(['h5', 'native'])).optional(),
  cursor: z.string().max(URL_MAX).optional(),
});
const resendSchema = z.strictObject({ cursor: z.string().max(URL_MAX).optional() });

/** `/v1/webhooks`, for secret keys: who is told of flags by a request of the collector's own. */
export function registerWebhookRoutes(app: FastifyInstance, options: WebhookRoutesOptions): void {
  const { deliver } = options;
  const owner = accessBy(options.registry, 'configure');
  openToKeys(app, owner, BODY_MAX_BYTES);

  app.get('/v1/webhooks', async (request): Promise<{ webhooks: readonly WebhookInfo[] }> => {
    return { webhooks: deliver.list(owner(request).workspaceId).map(withoutSecret) };
  });

  app.post('/v1/webhooks', async (request): Promise<Webhook> => {
    const access = owner(request);
    const { url, cursor, ...filter } = readBody(bodySchema, request.body);
    const fault = faultOfUrl(url, options.allowLoopback);
    if (fault !== undefined) throw new HttpProblem('invalid_request', `url: the address ${fault}.`, { field: 'url' });
    readFlagCursor(cursor);
    if (deliver.list(access.workspaceId).length >= WEBHOOKS_MAX) {
      throw new HttpProblem('conflict', `A workspace has ${WEBHOOKS_MAX} webhooks at most; remove one first.`);
    }
    const from = cursor ?? (await options.latestCursor(access.workspaceId));
    await options.note(request, access, 'webhook.create', new URL(url).host);
    return deliver.add(access.workspaceId, url, filter, from);
  });

  app.delete('/v1/webhooks/:webhookId', async (request): Promise<{ removed: string }> => {
    const access = owner(request);
    const webhookId = idOf(request);
    await options.note(request, access, 'webhook.remove', webhookId);
    if (!(await deliver.remove(access.workspaceId, webhookId))) throw unknown();
    return { removed: webhookId };
  });

  app.post('/v1/webhooks/:webhookId/resend', async (request): Promise<WebhookInfo> => {
    const access = owner(request);
    const { cursor } = readBody(resendSchema, request.body === '' || request.body === undefined ? '{}' : request.body);
    readFlagCursor(cursor);
    const webhookId = idOf(request);
    await options.note(request, access, 'webhook.resend', webhookId);
    const webhook = await deliver.resend(access.workspaceId, webhookId, cursor);
    if (!webhook) throw unknown();
    return withoutSecret(webhook);
  });
}

function idOf(request: FastifyRequest): string {
  const { webhookId } = request.params as { readonly webhookId: string }; // the route's own
  if (!/^[0-9a-f-]{36}$/.test(webhookId)) throw unknown();
  return webhookId;
}

function unknown(): HttpProblem {
  return new HttpProblem('not_found', 'There is no webhook of this id in this workspace, at this collector.');
}
