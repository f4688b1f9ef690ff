import { parseRiskRule, type RiskRule } from '@tidemark/analytics/anomalies';
import { emptyVelocity, readVelocity } from '@tidemark/analytics/features';
import { ruleFaultText } from './rule-fault-text.js';

/** A version of a rule; what was removed stays known, so that its versions go on. */
export interface KeptRule {
  readonly workspaceId: string;
  readonly rule: RiskRule;
  readonly changedAt: number;
  /** Id of the key that changed it. */
  readonly changedBy: string;
  readonly isRemoved: boolean;
}

export type RuleChange =
  | { readonly kind: 'done'; readonly rule: RiskRule }
  | { readonly kind: 'refused'; readonly detail: string }
  | { readonly kind: 'conflict'; readonly detail: string }
  | { readonly kind: 'absent' };

/** The rules of all workspaces, in memory, each with its last versions. */
export interface RuleBook {
  /** Those in force, by name. */
  of(workspaceId: string): readonly RiskRule[];
  /** All versions that are kept, the newest first; empty for none of this name. */
  versions(workspaceId: string, name: string): readonly KeptRule[];
  /** Whether it would be taken; changes nothing. */
  check(workspaceId: string, name: string, value: unknown): RuleChange;
  /** Resolves when it is on disk; in force from then on. */
  set(workspaceId: string, name: string, value: unknown, by: string): Promise<RuleChange>;
  remove(workspaceId: string, name: string, by: string): Promise<RuleChange>;
}

export interface RuleBookOptions {
  readonly kept: readonly KeptRule[];
  readonly save: (kept: readonly KeptRule[]) => Promise<void>;
  readonly now: () => number;
}

/** What a rule may rest on: the velocity and session features that are kept in memory. */
export const RULE_FEATURES: readonly string[] = [...readVelocity(emptyVelocity(), 0).keys()].sort();

/** Each is asked at each batch. */
const RULES_MAX = 50;
const VERSIONS_MAX = 20;
const FEATURES = new Set(RULE_FEATURES);

export function createRuleBook({ kept: initial, save, now }: RuleBookOptions): RuleBook {
  let kept = initial;
  let inForce = latestOf(kept);
  let tail: Promise<unknown> = Promise.resolve();

  const versions = (workspaceId: string, name: string) =>
    kept.filter((one) => one.workspaceId === workspaceId && one.rule.name === name).reverse();

  function check(workspaceId: string, name: string, value: unknown): RuleChange {
    const [last] = versions(workspaceId, name);
    const before = last?.rule.version ?? 0;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      return { kind: 'refused', detail: 'rule: is a JSON object with when, reason and weight.' };
    const given = value as Readonly<Record<string, unknown>>; // an object, whose fields are looked at below
    const unknown = Object.keys(given).find((key) => !FIELDS.includes(key));
    if (unknown !== undefined)
      return {
        kind: 'refused',
        detail: `${unknown.slice(0, FIELD_SHOWN)}: not known here; a rule has ${FIELDS.join(', ')}.`,
      };
    if (given.name !== undefined && given.name !== name)
      return { kind: 'refused', detail: `name: is not "${name}", as which it is to be set.` };
    const parsed = parseRiskRule({ ...given, name, version: given.version ?? before + 1 }, FEATURES);
    if (parsed.kind === 'refused') return { kind: 'refused', detail: ruleFaultText(parsed.fault) };
    if (parsed.rule.version !== before && parsed.rule.version !== before + 1)
      return {
        kind: 'conflict',
        detail: `version: ${parsed.rule.version} does not follow ${before}, which is the latest; look at that one first, or leave the version out.`,
      };
    const count = inForce.get(workspaceId)?.length ?? 0;
    if ((!last || last.isRemoved) && count >= RULES_MAX)
      return { kind: 'conflict', detail: `A workspace has ${RULES_MAX} rules at most; remove one first.` };
    return { kind: 'done', rule: { ...parsed.rule, version: before + 1 } };
  }

  async function keep(one: KeptRule): Promise<void> {
    const own = (each: KeptRule) => each.workspaceId === one.workspaceId && each.rule.name === one.rule.name;
    const former = kept.filter(own).slice(1 - VERSIONS_MAX);
    const next = [...kept.filter((each) => !own(each)), ...former, one];
    await save(next);
    kept = next;
    inForce = latestOf(kept);
  }

  /** One change at a time: a version is given once. */
  function inOrder<T>(work: () => Promise<T>): Promise<T> {
    const done = tail.then(work);
    tail = done.catch(() => undefined);
    return done;
  }

  return {
    of: (workspaceId) => inForce.get(workspaceId) ?? NONE,
    versions,
    check,
    set: (workspaceId, name, value, changedBy) =>
      inOrder(async () => {
        const change = check(workspaceId, name, value);
        if (change.kind !== 'done') return change;
        await keep({ workspaceId, rule: change.rule, changedAt: now(), changedBy, isRemoved: false });
        return change;
      }),
    remove: (workspaceId, name, changedBy) =>
      inOrder(async () => {
        const [last] = versions(workspaceId, name);
        if (!last || last.isRemoved) return { kind: 'absent' };
        const rule = { ...last.rule, version: last.rule.version + 1 };
        await keep({ workspaceId, rule, changedAt: now(), changedBy, isRemoved: true });
        return { kind: 'done', rule };
      }),
  };
}

const NONE: readonly RiskRule[] = [];
const FIELDS: readonly string[] = ['name', 'version', 'when', 'reason', 'weight'];
const FIELD_SHOWN = 64;

function latestOf(kept: readonly KeptRule[]): ReadonlyMap<string, readonly RiskRule[]> {
  const latest = new Map<string, Map<string, KeptRule>>();
  for (const one of kept) {
    const own = latest.get(one.workspaceId) ?? new Map<string, KeptRule>();
    latest.set(one.workspaceId, own.set(one.rule.name, one));
  }
  const byName = (a: RiskRule, b: RiskRule) => (a.name < b.name ? -1 : 1);
  const rulesOf = (own: Map<string, KeptRule>) =>
    [...own.values()].flatMap(({ isRemoved, rule }) => (isRemoved ? [] : [rule])).sort(byName);
  return new Map([...latest].map(([workspaceId, own]) => [workspaceId, rulesOf(own)]));
}
