import type { FlagFilter, FlagPage, FlagPrecision, FlagTriage, RiskFlag } from '@tidemark/protocol';
import { flagQuerySchema, flagTriageSchema } from '@tidemark/protocol/schema';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import { readBody } from '../observe/read-json.js';
import { storeStarting } from '../observe/store-starting.js';
import { takeBodies } from '../observe/take-bodies.js';
import type { FlagEvents } from '../store/flags/flag-events.js';
import type { FlagPositions } from '../store/flags/read-flags.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Access, Registry } from '../workspaces/registry.js';
import { flagCursor, movedOn, readFlagCursor } from './flag-cursor.js';

export interface FlagRoutesOptions {
  readonly registry: Registry;
  readonly storeReady: () => boolean;
  readonly readFlags: (
    workspaceId: string,
    after: FlagPositions,
    filter: FlagFilter,
    limit: number,
  ) => Promise<readonly RiskFlag[]>;
  /** As it is known here, or in the store. */
  readonly findFlag: (workspaceId: string, flagId: string) => Promise<RiskFlag | undefined>;
  readonly readEvents: (workspaceId: string, flag: RiskFlag, limit: number) => Promise<FlagEvents>;
  readonly readPrecision: (workspaceId: string) => Promise<readonly FlagPrecision[]>;
  readonly triage: (
    workspaceId: string,
    flag: RiskFlag,
    triage: FlagTriage,
    by: string,
  ) => Promise<RiskFlag | undefined>;
  /** Resolves when the audit log has it. */
  readonly note: (request: FastifyRequest, access: Access, flagId: string, triage: FlagTriage) => Promise<void>;
}

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
export const EVENTS_MAX = 1_000;
const BODY_MAX_BYTES = 4_096;

/** The feed of flags by pull, a flag with its raw events, and what people say of it. */
export function registerFlagRoutes(app: FastifyInstance, options: FlagRoutesOptions): void {
  const { registry } = options;
  takeBodies(app, 'string', BODY_MAX_BYTES);
  const reader = (request: FastifyRequest): Access => {
    const access = authorise(registry, requestKey(request), 'read');
    if (options.storeReady()) return access;
    throw storeStarting();
  };

  /** A key for it alone, or one that may change more. */
  function judge(request: FastifyRequest): Access {
    const access = reader(request);
    if (access.scopes.includes('triage') || access.scopes.includes('configure')) return access;
    throw new HttpProblem('forbidden', 'This key may only read flags; triage takes one with the scope "triage".');
  }

  async function flagOf(request: FastifyRequest, workspaceId: string): Promise<RiskFlag> {
    const { flagId = '' } = request.params as { readonly flagId?: string };
    const flag = UUID.test(flagId) ? await options.findFlag(workspaceId, flagId.toLowerCase()) : undefined;
    if (flag) return flag;
    throw new HttpProblem('not_found', 'There is no flag of this id in this workspace.');
  }

  app.get('/v1/flags', async (request): Promise<FlagPage> => {
    const { workspaceId } = reader(request);
    const query = flagQuerySchema.safeParse(request.query);
    if (!query.success) {
      const [issue] = query.error.issues;
      throw new HttpProblem('invalid_query', `${issue?.path.join('.') || 'query'}: ${issue?.message ?? 'unreadable'}.`);
    }
    const { cursor, limit, ...filter } = query.data;
    const after = readFlagCursor(cursor);
    const flags = await options.readFlags(workspaceId, after, filter, limit + 1);
    const page = flags.slice(0, limit);
    return { flags: page, cursor: flagCursor(movedOn(after, page)), more: flags.length > limit };
  });

  app.get('/v1/flags/precision', async (request) => {
    const { workspaceId } = reader(request);
    return { kinds: await options.readPrecision(workspaceId) };
  });

  app.get('/v1/flags/:flagId', async (request): Promise<RiskFlag> => flagOf(request, reader(request).workspaceId));

  app.get('/v1/flags/:flagId/events', async (request) => {
    const { workspaceId } = reader(request);
    const flag = await flagOf(request, workspaceId);
    return { flagId: flag.flagId, ...(await options.readEvents(workspaceId, flag, EVENTS_MAX)) };
  });

  app.post('/v1/flags/:flagId/triage', async (request): Promise<RiskFlag> => {
    const access = judge(request);
    const triage = readBody(flagTriageSchema, request.body);
    const flag = await flagOf(request, access.workspaceId);
    await options.note(request, access, flag.flagId, triage);
    const changed = await options.triage(access.workspaceId, flag, triage, access.keyId);
    if (changed) return changed;
    throw new HttpProblem('not_found', 'There is no flag of this id in this workspace.');
  });
}
