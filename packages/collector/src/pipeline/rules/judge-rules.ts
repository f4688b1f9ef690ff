import {
  type CandidateFlag,
  evaluateRule,
  type RiskRule,
  type RuleCondition,
  reasonOf,
  severityOf,
} from '@tidemark/analytics/anomalies';
import type { VelocityReading } from '@tidemark/analytics/features';
import { isRuleScore, type RuleScore } from './rule-scores.js';

/** Features and scores of one subject by name, and whether each is all there is or a lower bound. */
export type Readings = ReadonlyMap<string, VelocityReading>;

/** A rule that holds, with the numbers that it rests on. */
export interface RuleHit {
  readonly rule: RiskRule;
  readonly reason: string;
  readonly features: Readonly<Record<string, number>>;
  /** Whatever happened before is not in these numbers. */
  readonly sinceMs: number;
}

/** Of a flag that a rule raised; another kind than those of the detectors. */
export const RULE_KIND = 'rule';
export type RuleFlag = Omit<CandidateFlag, 'kind'> & { readonly kind: typeof RULE_KIND };

const DAY_MS = 86_400_000;

/**
 * The rules that hold. Where a number is a lower bound (the last day is still being read, or other collectors count, too), a rule
 * that only asks for much is judged by it; any other takes it for unknown and does not hold.
 */
export function judgeRules(rules: readonly RiskRule[], readings: Readings): readonly RuleHit[] {
  return rules.flatMap((rule) => {
    const features = featuresFor(rule, readings);
    if (evaluateRule(rule.when, features) !== 'yes') return [];
    const sinceMs = Math.min(...Object.keys(features).map((name) => readings.get(name)?.sinceMs ?? 0));
    return [{ rule, reason: reasonOf(rule, features), features, sinceMs }];
  });
}

/** What a rule rests on, as far as it is known well enough for it. */
export function featuresFor({ when }: RiskRule, readings: Readings): Readonly<Record<string, number>> {
  const isEnough = asksForMuch(when);
  const features: Record<string, number> = {};
  for (const { feature } of comparisonsOf(when)) {
    const reading = readings.get(feature);
    if (reading?.measure.kind === 'measured' && (reading.exact || isEnough)) features[feature] = reading.measure.value;
  }
  return features;
}

/** Whether one of the rules asks for it. */
export function isNamedBy(rules: readonly RiskRule[], name: RuleScore): boolean {
  return rules.some(({ when }) => [...comparisonsOf(when)].some(({ feature }) => feature === name));
}

/** One incident a day (UTC), rule and entity. */
export function ruleFlag(
  { rule, reason, features, sinceMs }: RuleHit,
  entityKind: 'user' | 'device',
  entityId: string,
  atMs: number,
): RuleFlag {
  return {
    kind: RULE_KIND,
    entityKind,
    entityId,
    firstMs: Math.min(sinceMs, atMs),
    lastMs: atMs,
    dedupeKey: `${RULE_KIND}|${rule.name}|${entityKind}:${entityId}|${DAY_MS}:${Math.floor(atMs / DAY_MS)}`,
    severity: severityOf(rule.weight),
    surprise: rule.weight,
    evidence: Object.entries(features).map(([metric, observed]) => {
      const { low, high } = limitsOf(rule.when, metric);
      return { metric, observed, expectedLow: low, expectedHigh: high, baselineSpanMs: 0, n: 1 };
    }),
    reasons: [{ code: rule.name, text: reason }],
    detector: `rules/${rule.name}`,
    version: rule.version,
  };
}

/** Whether more of anything that is counted never makes it untrue. A score is no count: it is known, or it is not. */
function asksForMuch(when: RuleCondition): boolean {
  if ([...comparisonsOf(when)].every(({ feature }) => isRuleScore(feature))) return true;
  if ('feature' in when) return (when.is === 'above' || when.is === 'atLeast') && !when.feature.startsWith('ms_since');
  if ('not' in when) return false;
  return ('all' in when ? when.all : when.any).every(asksForMuch);
}

type Comparison = Extract<RuleCondition, { readonly feature: string }>;

function* comparisonsOf(when: RuleCondition): Generator<Comparison> {
  if ('feature' in when) yield when;
  else if ('not' in when) yield* comparisonsOf(when.not);
  else for (const one of 'all' in when ? when.all : when.any) yield* comparisonsOf(one);
}

/** What the rule takes for usual: up to where it asks for more, down to where it asks for less. Counts and spans are 0 at least. */
function limitsOf(when: RuleCondition, metric: string): { readonly low: number; readonly high: number } {
  const own = [...comparisonsOf(when)].filter(({ feature }) => feature === metric);
  const ceiling = own.filter(({ is }) => is === 'above' || is === 'atLeast').map(({ value }) => value);
  const floor = own.filter(({ is }) => is === 'below' || is === 'atMost').map(({ value }) => value);
  const low = floor.length > 0 ? Math.max(...floor) : 0;
  return { low, high: ceiling.length > 0 ? Math.min(...ceiling) : Math.max(low, ...own.map(({ value }) => value)) };
}
