import { parseRiskRule, type RiskRule } from '@tidemark/analytics/anomalies';
import { emptyVelocity, readVelocity } from '@tidemark/analytics/features';
import { ruleFaultText } from './rule-fault-text.js';
import { RULE_SCORES } from './rule-scores.js';
import { createVersions, type Version, type VersionsOptions, whyNotNext } from './versions.js';

/** A version of a rule; what was removed stays known, so that its versions go on. */
export interface KeptRule extends Version {
  readonly rule: RiskRule;
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

export interface RuleBookOptions extends Pick<VersionsOptions<KeptRule>, 'kept' | 'save'> {
  readonly now: () => number;
}

/** What a rule may rest on at any moment: the velocity and session features that are kept in memory. */
export const RULE_FEATURES: readonly string[] = [...readVelocity(emptyVelocity(), 0).keys()].sort();

/** Each is asked at each batch. */
export const RULES_MAX = 50;
const NAMES: ReadonlySet<string> = new Set([...RULE_FEATURES, ...RULE_SCORES]);

export function createRuleBook({ now, ...file }: RuleBookOptions): RuleBook {
  const versions = createVersions({ ...file, thingOf: ({ workspaceId, rule }) => thingOf(workspaceId, rule.name) });
  let inForce = rulesInForce(versions.latest());

  const versionsOf = (workspaceId: string, name: string) => versions.of(thingOf(workspaceId, name));

  function check(workspaceId: string, name: string, value: unknown): RuleChange {
    const [last] = versionsOf(workspaceId, name);
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
    const parsed = parseRiskRule({ ...given, name, version: given.version ?? before + 1 }, NAMES);
    if (parsed.kind === 'refused') return { kind: 'refused', detail: ruleFaultText(parsed.fault) };
    const conflict = whyNotNext(parsed.rule.version, before);
    if (conflict !== undefined) return { kind: 'conflict', detail: conflict };
    const count = inForce.get(workspaceId)?.length ?? 0;
    if ((!last || last.isRemoved) && count >= RULES_MAX)
      return { kind: 'conflict', detail: `A workspace has ${RULES_MAX} rules at most; remove one first.` };
    return { kind: 'done', rule: { ...parsed.rule, version: before + 1 } };
  }

  async function keep(one: KeptRule): Promise<void> {
    await versions.keep(one);
    inForce = rulesInForce(versions.latest());
  }

  return {
    of: (workspaceId) => inForce.get(workspaceId) ?? NONE,
    versions: versionsOf,
    check,
    set: (workspaceId, name, value, changedBy) =>
      versions.inTurn(async () => {
        const change = check(workspaceId, name, value);
        if (change.kind !== 'done') return change;
        await keep({ workspaceId, rule: change.rule, changedAt: now(), changedBy, isRemoved: false });
        return change;
      }),
    remove: (workspaceId, name, changedBy) =>
      versions.inTurn(async () => {
        const [last] = versionsOf(workspaceId, name);
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

function thingOf(workspaceId: string, name: string): string {
  return JSON.stringify([workspaceId, name]);
}

function rulesInForce(latest: readonly KeptRule[]): ReadonlyMap<string, readonly RiskRule[]> {
  const rules = new Map<string, RiskRule[]>();
  for (const { workspaceId, rule, isRemoved } of latest) {
    if (!isRemoved) rules.set(workspaceId, [...(rules.get(workspaceId) ?? []), rule]);
  }
  for (const own of rules.values()) own.sort((a, b) => (a.name < b.name ? -1 : 1));
  return rules;
}
