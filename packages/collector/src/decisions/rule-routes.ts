import type { RiskRule } from '@tidemark/analytics/anomalies';
import type { AuditAction } from '@tidemark/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HttpProblem } from '../observe/http-problem.js';
import { readBody, readJson } from '../observe/read-json.js';
import { DAYS_MAX, type RuleHistory, type RulesQuestion } from '../pipeline/rules/replay-history.js';
import { type KeptRule, RULE_FEATURES, type RuleBook, type RuleChange } from '../pipeline/rules/rule-book.js';
import { RULE_SCORES } from '../pipeline/rules/rule-scores.js';
import { accessBy, openToKeys } from '../workspaces/open-to-keys.js';
import type { Access, Registry } from '../workspaces/registry.js';

export interface RuleRoutesOptions {
  readonly registry: Registry;
  readonly book: RuleBook;
  readonly simulate: (question: RulesQuestion) => Promise<RuleHistory>;
  /** Resolves when the audit log has it. */
  readonly note: (
    request: FastifyRequest,
    access: Access,
    action: Extract<AuditAction, `rule.${string}`>,
    subject: string,
  ) => Promise<void>;
}

const BODY_MAX_BYTES = 65_536;
export const SIMULATED_MAX = 10;
const simulationSchema = z.strictObject({
  rules: z
    .array(z.looseObject({ name: z.string() }))
    .min(1)
    .max(SIMULATED_MAX),
  days: z.number().int().min(1).max(DAYS_MAX).default(7),
});

/** `/v1/rules`, for secret keys: the rules of a workspace, and what they would have done. */
export function registerRuleRoutes(app: FastifyInstance, options: RuleRoutesOptions): void {
  const { registry, book, simulate, note } = options;
  const owner = accessBy(registry, 'configure');
  openToKeys(app, owner, BODY_MAX_BYTES);

  app.get('/v1/rules', async (request) => {
    const { workspaceId } = owner(request);
    return { rules: book.of(workspaceId), features: RULE_FEATURES, scores: RULE_SCORES };
  });

  app.get('/v1/rules/:name', async (request) => {
    const versions = book.versions(owner(request).workspaceId, nameOf(request));
    const [latest] = versions;
    if (!latest) throw unknown();
    return { rule: latest.isRemoved ? null : latest.rule, versions: versions.map(withoutWorkspace) };
  });

  app.put('/v1/rules/:name', async (request): Promise<{ rule: RiskRule }> => {
    const access = owner(request);
    const { workspaceId, keyId } = access;
    const name = nameOf(request);
    const value = readJson(request.body);
    const wanted = ruleOf(book.check(workspaceId, name, value));
    await note(request, access, 'rule.set', `${name} version ${wanted.version}`);
    return { rule: ruleOf(await book.set(workspaceId, name, value, keyId)) };
  });

  app.delete('/v1/rules/:name', async (request): Promise<{ removed: string }> => {
    const access = owner(request);
    const name = nameOf(request);
    const [latest] = book.versions(access.workspaceId, name);
    if (!latest || latest.isRemoved) throw unknown();
    await note(request, access, 'rule.remove', name);
    ruleOf(await book.remove(access.workspaceId, name, access.keyId));
    return { removed: name };
  });

  app.post('/v1/rules/simulate', async (request): Promise<RuleHistory> => {
    const { workspaceId } = owner(request);
    const asked = readBody(simulationSchema, request.body);
    const rules = asked.rules.map((rule, i) => {
      const { version: _, ...given } = rule; // it need not follow: nothing is set
      return ruleOf(book.check(workspaceId, rule.name, given), `rules.${i}.`);
    });
    return simulate({ workspaceId, rules, days: asked.days });
  });
}

function ruleOf(change: RuleChange, where = ''): RiskRule {
  switch (change.kind) {
    case 'done':
      return change.rule;
    case 'refused': {
      const field = where + change.detail.slice(0, change.detail.indexOf(':'));
      throw new HttpProblem('invalid_request', where + change.detail, { field });
    }
    case 'conflict':
      throw new HttpProblem('conflict', where + change.detail);
    case 'absent':
      throw unknown();
  }
}

function withoutWorkspace({ workspaceId: _, ...rest }: KeptRule): Omit<KeptRule, 'workspaceId'> {
  return rest;
}

function nameOf(request: FastifyRequest): string {
  return (request.params as { readonly name: string }).name; // the route's own
}

function unknown(): HttpProblem {
  return new HttpProblem('not_found', 'There is no rule of this name in this workspace, at this collector.');
}
