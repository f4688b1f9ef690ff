import type { FlagKind, RiskRule } from '@tidemark/analytics/anomalies';
import type { LiveKind, VelocityReading } from '@tidemark/analytics/features';
import { LIMITS, type RiskFlag } from '@tidemark/protocol';
import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { readBody } from '../observe/read-json.js';
import type { LiveReading } from '../pipeline/live-features.js';
import { featuresFor, isNamedBy, judgeRules, type Readings, RULE_KIND } from '../pipeline/rules/judge-rules.js';
import type { RiskPolicy } from '../pipeline/rules/risk-policy.js';
import type { SeenScore } from '../pipeline/rules/rule-scores.js';
import type { DecisionRow } from '../store/decisions/decision-rows.js';
import { canonicalId } from '../store/privacy/subject-ids.js';
import { accessBy, openToKeys } from '../workspaces/open-to-keys.js';
import type { Registry } from '../workspaces/registry.js';
import { orderTermsSchema } from './score-question.js';
import type { SeenSuccess, SeeSuccess } from './see-success.js';
import { type RiskFacts, type RiskVerdict, WEIGHING, weighRisk } from './weigh-risk.js';

export interface DecideRouteOptions {
  readonly registry: Registry;
  readonly rulesOf: (workspaceId: string) => readonly RiskRule[];
  readonly policyOf: (workspaceId: string) => RiskPolicy;
  readonly featuresOf: (workspaceId: string, kind: LiveKind, id: string, asOfMs: number) => LiveReading | undefined;
  readonly openFlags: (workspaceId: string, entityKind: 'user' | 'device', id: string) => readonly RiskFlag[];
  readonly seeSuccess: SeeSuccess;
  /** Ways in which an id may be stored, the likeliest first. */
  readonly formsOf: (workspaceId: string, id: string) => readonly string[];
  /** The id of a user as the workspace stores it. */
  readonly storedId: (workspaceId: string, userId: string) => string;
  /** Told of each decision; must not wait. */
  readonly keep: (row: DecisionRow) => void;
  readonly storeReady: () => boolean;
  readonly newId: () => string;
  readonly now: () => number;
}

export interface RiskDecision extends RiskVerdict {
  readonly decisionId: string;
  readonly decidedAt: number;
  /** Those that the rules in force name. */
  readonly scores: readonly SeenScore[];
  /** Something of what is usually known was not; the decision rests on the rest. */
  readonly degraded: boolean;
  readonly degradedReason: string | null;
}

const DELIVERY_KIND: FlagKind = 'data_quality';
const BODY_MAX_BYTES = 16_384;
const id = z.string().min(1).max(LIMITS.idLength);
const questionSchema = z
  .strictObject({
    userId: id.optional(),
    visitorId: id.optional(),
    /** Judged are the deeds of whoever places it, and its probability of success where a rule names that. */
    order: orderTermsSchema.optional(),
  })
  .refine(({ userId, visitorId }) => (userId === undefined) !== (visitorId === undefined), {
    message: 'name whom it is about, by userId or by visitorId',
  });

/** `POST /v1/decide`, for servers: allow, review or deny, from memory alone. */
export function registerDecideRoute(app: FastifyInstance, options: DecideRouteOptions): void {
  const { registry, now } = options;
  const server = accessBy(registry, 'server');
  openToKeys(app, server, BODY_MAX_BYTES);

  app.post('/v1/decide', async (request): Promise<RiskDecision> => {
    const { workspaceId } = server(request);
    const { userId, visitorId, order } = readBody(questionSchema, request.body);
    const [kind, entityKind, asked] =
      userId === undefined ? (['visitor', 'device', visitorId ?? ''] as const) : (['user', 'user', userId] as const);
    const decidedAt = now();
    const known = options.formsOf(workspaceId, canonicalId(asked)).map((form) => ({
      form,
      reading: options.featuresOf(workspaceId, kind, form, decidedAt),
      flags: options.openFlags(workspaceId, entityKind, form),
    }));
    const { form, reading } = known.find((one) => one.reading || one.flags.length > 0) ?? {
      form: canonicalId(userId === undefined ? asked : options.storedId(workspaceId, userId)),
    };
    const flags = known.flatMap((one) => one.flags);
    const rules = options.rulesOf(workspaceId);
    const seen = isNamedBy(rules, 'success_probability')
      ? [options.seeSuccess({ workspaceId, userId, order }, decidedAt)]
      : [];
    const scores = seen.map(({ score }) => score);
    const facts = factsOf(rules, options.policyOf(workspaceId), reading, flags, scores);
    const degradedReason = whyDegraded(reading, options.storeReady(), seen);
    const decisionId = options.newId();
    const verdict = weighRisk(facts);
    const answer = { decisionId, decidedAt, ...verdict, scores, degraded: degradedReason !== null, degradedReason };
    options.keep({
      workspaceId,
      decisionId,
      decidedAt,
      userId: form,
      productId: order?.productId ?? '',
      side: order?.side ?? '',
      modelVersion: WEIGHING,
      asked: JSON.stringify({ [userId === undefined ? 'visitorId' : 'userId']: form, ...(order && { order }) }),
      facts: JSON.stringify(facts),
      answer: JSON.stringify(answer),
    });
    return answer;
  });
}

function factsOf(
  rules: readonly RiskRule[],
  { reviewAt, denyAt }: RiskPolicy,
  reading: LiveReading | undefined,
  flags: readonly RiskFlag[],
  scores: readonly SeenScore[],
): RiskFacts {
  const readings: Readings = new Map([...(reading?.features ?? []), ...scores.flatMap(readingOf)]);
  const hits = judgeRules(rules, readings);
  const holding = new Set(hits.map(({ rule }) => `rules/${rule.name}`));
  return {
    // A rule that holds speaks for itself, and its flag does not say the same a second time. How events come says nothing of who acts.
    flags: flags
      .filter(({ kind }) => kind !== DELIVERY_KIND)
      .filter(({ kind, detector }) => kind !== RULE_KIND || !holding.has(detector))
      .map(({ flagId, kind, score, reasons }) => ({ flagId, kind, score, reason: reasons[0]?.text ?? '' }))
      .sort((a, b) => b.score - a.score),
    rules: hits.map(({ rule: { name, version, weight }, reason }) => ({ name, version, weight, reason })),
    features: Object.assign({}, ...rules.map((rule) => featuresFor(rule, readings))),
    scores,
    policy: { reviewAt, denyAt },
  };
}

/** What is not known is absent: a rule that rests on it neither holds nor fails by it. */
function readingOf(score: SeenScore): [string, VelocityReading][] {
  if (score.kind === 'unknown') return [];
  return [[score.name, { measure: { kind: 'measured', value: score.value }, sinceMs: 0, exact: true }]];
}

function whyDegraded(
  reading: LiveReading | undefined,
  isStoreReady: boolean,
  seen: readonly SeenSuccess[],
): string | null {
  if (!isStoreReady) return 'The store is down: what was not in memory before is not known.';
  const isWhole = [...(reading?.features.values() ?? [])].every(({ exact }) => exact);
  if (!isWhole)
    return 'Some numbers of the last 24 hours are lower bounds: they are still being read, or other collectors count, too.';
  return seen.find((one) => one.degradedReason !== null)?.degradedReason ?? null;
}
