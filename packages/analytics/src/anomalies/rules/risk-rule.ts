import { FLAG_KINDS } from '../flags/flag-kind.js';

/** What a condition does with a feature. */
const COMPARISONS = {
  above: (value: number, limit: number) => value > limit,
  atLeast: (value: number, limit: number) => value >= limit,
  below: (value: number, limit: number) => value < limit,
  atMost: (value: number, limit: number) => value <= limit,
  equals: (value: number, limit: number) => value === limit,
} as const;
export type Comparison = keyof typeof COMPARISONS;

/** A condition over features, as data: one comparison, or all, any, none of some. */
export type RuleCondition =
  | { readonly feature: string; readonly is: Comparison; readonly value: number }
  | { readonly all: readonly RuleCondition[] }
  | { readonly any: readonly RuleCondition[] }
  | { readonly not: RuleCondition };

/** A rule that a workspace may write: read by people, kept as JSON, never run as code. */
export interface RiskRule {
  readonly name: string;
  /** Raised with each change; a flag says which it was raised by. */
  readonly version: number;
  readonly when: RuleCondition;
  /** Told with a flag; `{feature}` stands for its value. */
  readonly reason: string;
  /** Nats that it adds to a score: a hundred times rarer is 4.6. */
  readonly weight: number;
}

export type RuleFault =
  | { readonly kind: 'not_a_rule'; readonly path: string }
  | { readonly kind: 'bad_name' }
  | { readonly kind: 'bad_version' }
  | { readonly kind: 'bad_weight' }
  | { readonly kind: 'bad_reason' }
  | { readonly kind: 'unknown_feature'; readonly feature: string; readonly path: string }
  | { readonly kind: 'too_deep' }
  /** Where somebody is says nothing of what they do. */
  | { readonly kind: 'country_alone'; readonly path: string };

export type RuleOutcome =
  | { readonly kind: 'rule'; readonly rule: RiskRule }
  | { readonly kind: 'refused'; readonly fault: RuleFault };

/** Yes, no, or that a feature it rests on is not known. */
export type Verdict = 'yes' | 'no' | 'unknown';

/** Features by name; absent ones are unknown, and so is what is no number. */
export type RuleFeatures = Readonly<Record<string, number | undefined>>;

const NAME = /^[a-z][a-z0-9_]{0,63}$/;
const REASON_MAX = 200;
const DEPTH_MAX = 8;
const MEMBERS_MAX = 32;
const WEIGHT_MAX = 20;
/** Names of features about a country start so: no rule may rest on them alone. */
const OF_COUNTRY = /^country/i;

/** @param features - names that the workspace has. A rule's name must not be that of a kind of flag. */
export function parseRiskRule(value: unknown, features: ReadonlySet<string>): RuleOutcome {
  const refuse = (fault: RuleFault): RuleOutcome => ({ kind: 'refused', fault });
  if (!isRecord(value)) return refuse({ kind: 'not_a_rule', path: '' });
  const { name, version, when, reason, weight } = value;
  const kinds: readonly string[] = FLAG_KINDS;
  if (typeof name !== 'string' || !NAME.test(name) || kinds.includes(name)) return refuse({ kind: 'bad_name' });
  if (typeof version !== 'number' || !Number.isSafeInteger(version) || version < 1)
    return refuse({ kind: 'bad_version' });
  if (typeof weight !== 'number' || !(weight > 0 && weight <= WEIGHT_MAX)) return refuse({ kind: 'bad_weight' });
  if (typeof reason !== 'string' || reason.trim() === '' || reason.length > REASON_MAX)
    return refuse({ kind: 'bad_reason' });
  const parsed = parseCondition(when, features, 'when', 0);
  if ('kind' in parsed) return refuse(parsed);
  const rested = [...featuresOf(parsed.condition)];
  if (rested.length > 0 && rested.every((one) => OF_COUNTRY.test(one)))
    return refuse({ kind: 'country_alone', path: 'when' });
  return { kind: 'rule', rule: { name, version, when: parsed.condition, reason, weight } };
}

/** Three-valued logic of Kleene: what is unknown decides only where it must. */
export function evaluateRule(when: RuleCondition, features: RuleFeatures): Verdict {
  if ('feature' in when) {
    const value = features[when.feature];
    if (value === undefined || !Number.isFinite(value)) return 'unknown';
    return COMPARISONS[when.is](value, when.value) ? 'yes' : 'no';
  }
  if ('not' in when) {
    const verdict = evaluateRule(when.not, features);
    return verdict === 'unknown' ? 'unknown' : verdict === 'yes' ? 'no' : 'yes';
  }
  const decisive = 'all' in when ? 'no' : 'yes';
  const verdicts = ('all' in when ? when.all : when.any).map((one) => evaluateRule(one, features));
  if (verdicts.includes(decisive)) return decisive;
  if (verdicts.includes('unknown')) return 'unknown';
  return decisive === 'no' ? 'yes' : 'no';
}

/** The reason with the features' values in place of their names; what is not known says so. */
export function reasonOf({ reason }: RiskRule, features: RuleFeatures): string {
  return reason.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
    const value = features[name];
    return value === undefined || !Number.isFinite(value) ? '(unknown)' : String(Math.round(100 * value) / 100);
  });
}

/** A moment of history: what was known then, and what somebody found out since. */
export interface RuleMoment {
  readonly features: RuleFeatures;
  readonly label: 'true' | 'false' | undefined;
}

/** What a rule would have done. */
export interface RuleSimulation {
  readonly moments: number;
  readonly raised: number;
  /** Of those raised: found true, found false, judged by nobody. */
  readonly labelledTrue: number;
  readonly labelledFalse: number;
  readonly unlabelled: number;
  /** True ones that it would have missed. */
  readonly missedTrue: number;
  /** Moments at which a feature it rests on was not known. */
  readonly unknown: number;
}

/** Runs a rule over history before it is switched on. */
export function simulateRule({ when }: RiskRule, history: Iterable<RuleMoment>): RuleSimulation {
  const counts = { moments: 0, raised: 0, labelledTrue: 0, labelledFalse: 0, unlabelled: 0, missedTrue: 0, unknown: 0 };
  for (const { features, label } of history) {
    counts.moments++;
    const verdict = evaluateRule(when, features);
    if (verdict === 'unknown') counts.unknown++;
    if (verdict !== 'yes') {
      if (label === 'true') counts.missedTrue++;
      continue;
    }
    counts.raised++;
    if (label === 'true') counts.labelledTrue++;
    else if (label === 'false') counts.labelledFalse++;
    else counts.unlabelled++;
  }
  return counts;
}

function parseCondition(
  value: unknown,
  features: ReadonlySet<string>,
  path: string,
  depth: number,
): { readonly condition: RuleCondition } | RuleFault {
  if (depth > DEPTH_MAX) return { kind: 'too_deep' };
  if (!isRecord(value)) return { kind: 'not_a_rule', path };
  const keys = Object.keys(value);
  if (keys.length === 1 && 'not' in value) {
    const inner = parseCondition(value.not, features, `${path}.not`, depth + 1);
    return 'kind' in inner ? inner : { condition: { not: inner.condition } };
  }
  for (const name of ['all', 'any'] as const) {
    if (keys.length !== 1 || !(name in value)) continue;
    const list = value[name];
    if (!Array.isArray(list) || list.length === 0 || list.length > MEMBERS_MAX)
      return { kind: 'not_a_rule', path: `${path}.${name}` };
    const members: RuleCondition[] = [];
    for (const [i, one] of list.entries()) {
      const inner = parseCondition(one, features, `${path}.${name}[${i}]`, depth + 1);
      if ('kind' in inner) return inner;
      members.push(inner.condition);
    }
    return { condition: name === 'all' ? { all: members } : { any: members } };
  }
  const { feature, is, value: limit } = value;
  if (keys.length !== 3 || typeof feature !== 'string' || !isComparison(is)) return { kind: 'not_a_rule', path };
  if (typeof limit !== 'number' || !Number.isFinite(limit)) return { kind: 'not_a_rule', path: `${path}.value` };
  if (!features.has(feature)) return { kind: 'unknown_feature', feature, path };
  return { condition: { feature, is, value: limit } };
}

function* featuresOf(when: RuleCondition): Generator<string> {
  if ('feature' in when) yield when.feature;
  else if ('not' in when) yield* featuresOf(when.not);
  else for (const one of 'all' in when ? when.all : when.any) yield* featuresOf(one);
}

function isComparison(value: unknown): value is Comparison {
  return typeof value === 'string' && Object.hasOwn(COMPARISONS, value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
