import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HttpProblem } from '../observe/http-problem.js';
import { readBody } from '../observe/read-json.js';
import type { KeptPolicy, PolicyBook, PolicyChange } from '../pipeline/rules/policy-book.js';
import { DAYS_MAX, type PolicyHistory, type PolicyQuestion } from '../pipeline/rules/replay-history.js';
import { kindsInForce, policySchema, type RiskPolicy } from '../pipeline/rules/risk-policy.js';
import { accessBy, openToKeys } from '../workspaces/open-to-keys.js';
import type { Access, Registry } from '../workspaces/registry.js';

export interface PolicyRoutesOptions {
  readonly registry: Registry;
  readonly book: PolicyBook;
  /** Whether places of networks are known here. */
  readonly knowsPoints: () => boolean;
  readonly simulate: (question: PolicyQuestion) => Promise<PolicyHistory>;
  /** Resolves when the audit log has it. */
  readonly note: (request: FastifyRequest, access: Access, action: 'policy.set', subject: string) => Promise<void>;
}

const BODY_MAX_BYTES = 65_536;
const simulationSchema = z.strictObject({
  policy: policySchema,
  days: z.number().int().min(1).max(DAYS_MAX).default(7),
});

/** `/v1/policy`, for secret keys: what a workspace wants of the built-in kinds of flags, and what that would have done. */
export function registerPolicyRoutes(app: FastifyInstance, options: PolicyRoutesOptions): void {
  const { registry, book, simulate, note } = options;
  const owner = accessBy(registry, 'configure');
  openToKeys(app, owner, BODY_MAX_BYTES);

  app.get('/v1/policy', async (request) => {
    const { workspaceId } = owner(request);
    const policy = book.of(workspaceId);
    return {
      policy,
      kinds: kindsInForce(policy, options.knowsPoints()),
      versions: book.versions(workspaceId).map(withoutWorkspace),
    };
  });

  app.put('/v1/policy', async (request): Promise<{ policy: RiskPolicy }> => {
    const access = owner(request);
    const { workspaceId, keyId } = access;
    const written = readBody(policySchema, request.body);
    const wanted = policyOf(book.check(workspaceId, written));
    await note(request, access, 'policy.set', `version ${wanted.version}`);
    return { policy: policyOf(await book.set(workspaceId, written, keyId)) };
  });

  app.post('/v1/policy/simulate', async (request): Promise<PolicyHistory> => {
    const { workspaceId } = owner(request);
    const { policy, days } = readBody(simulationSchema, request.body);
    return simulate({ workspaceId, policy, versions: book.versions(workspaceId), days });
  });
}

function policyOf(change: PolicyChange): RiskPolicy {
  if (change.kind === 'done') return change.policy;
  throw new HttpProblem('conflict', change.detail);
}

function withoutWorkspace({ workspaceId: _, ...rest }: KeptPolicy): Omit<KeptPolicy, 'workspaceId'> {
  return rest;
}
