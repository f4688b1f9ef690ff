import type { ClientConfig } from '@tidemark/protocol';
import { clientConfigChangeSchema } from '@tidemark/protocol/schema';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { ClientConfigChange } from '../workspaces/client-configs.js';
import type { Access, Registry } from '../workspaces/registry.js';
import { decodeBody } from './decode-body.js';
import { answerPreflight, type TrustedOrigin } from './open-to-pages.js';
import { readVisitorCookie } from './visitor-cookie.js';

export interface ConfigRouteOptions {
  readonly registry: Registry;
  readonly trustedOrigin: TrustedOrigin;
  /** Resolves when the change is on disk. */
  readonly changeConfig: (request: FastifyRequest, access: Access, change: ClientConfigChange) => Promise<void>;
}

/** `GET /v1/config`: what an operator tells the pages of a workspace; `PUT /v1/config`: the operator tells it. */
export function registerConfigRoute(app: FastifyInstance, options: ConfigRouteOptions): void {
  const { registry, trustedOrigin, changeConfig } = options;

  app.get('/v1/config', async (request, reply) => {
    const { workspaceId } = authorise(registry, requestKey(request), 'append');
    const config = registry.clientConfigs.of(workspaceId);
    const isRemembered = trustedOrigin(request) !== undefined && !registry.workspace(workspaceId)?.cookieless;
    const cookie = isRemembered ? request.headers.cookie : undefined;
    const visitorId = readVisitorCookie(cookie, workspaceId)?.visitorId;
    const answer: ClientConfig = visitorId === undefined ? config : { ...config, visitorId };
    const etag = `"${visitorId === undefined ? config.version : `${config.version}.${visitorId}`}"`;
    // No-cache: a browser keeps it and asks each time whether it still holds, which costs a few bytes when it does.
    reply.header('ETag', etag).header('Cache-Control', visitorId === undefined ? 'no-cache' : 'private, no-cache');
    if (isNamed(etag, request.headers['if-none-match'])) return reply.code(304).send();
    return answer;
  });
  answerPreflight(app, '/v1/config', 'GET');

  /** Before the body: nobody without the key makes the collector hold one. */
  async function onRequest(request: FastifyRequest): Promise<void> {
    authorise(registry, requestKey(request), 'configure');
  }

  app.put('/v1/config', { onRequest }, async (request, reply): Promise<ClientConfig> => {
    const access = authorise(registry, requestKey(request), 'configure');
    if (!Buffer.isBuffer(request.body)) throw new HttpProblem('unreadable_body', 'The request has no body.');
    const { value } = await decodeBody(request.body, [request.headers['content-encoding']]);
    await changeConfig(request, access, readChange(value));
    reply.header('Cache-Control', 'no-store');
    return registry.clientConfigs.of(access.workspaceId);
  });
}

/** Names come from the request, and a mistyped one may be a megabyte. */
const FIELD_SHOWN = 200;

function readChange(value: unknown): ClientConfigChange {
  const change = clientConfigChangeSchema.safeParse(value);
  if (change.success) return change.data;
  const [issue] = change.error.issues;
  const known = issue?.code === 'unrecognized_keys' ? issue.keys.join(', ') : issue?.path.join('.');
  const field = (known ?? '').slice(0, FIELD_SHOWN);
  const fault = issue?.code === 'unrecognized_keys' ? 'not known here' : (issue?.message ?? 'not understood');
  throw new HttpProblem('invalid_config', `${field || 'body'}: ${fault}.`, { field });
}

/** Weak comparison, as `If-None-Match` wants it. @see RFC 9110, section 13.1.2. */
function isNamed(etag: string, ifNoneMatch: string | undefined): boolean {
  if (ifNoneMatch === undefined) return false;
  return ifNoneMatch.split(',').some((given) => ['*', etag, `W/${etag}`].includes(given.trim()));
}
