import type { RiskPolicy } from '../pipeline/rules/risk-policy.js';
import type { SeenScore } from '../pipeline/rules/rule-scores.js';

/** What was known of a subject when a decision was asked for; plain data, kept with it. */
export interface RiskFacts {
  /** Flags about it that nobody has closed, the gravest first. */
  readonly flags: readonly {
    readonly flagId: string;
    readonly kind: string;
    readonly score: number;
    readonly reason: string;
  }[];
  /** Rules that hold right now. */
  readonly rules: readonly {
    readonly name: string;
    readonly version: number;
    readonly weight: number;
    readonly reason: string;
  }[];
  /** Live features and scores that the rules in force rest on, as far as they are known. */
  readonly features: Readonly<Record<string, number>>;
  /** Scores that the rules in force name, where they came from, or why they are not known. */
  readonly scores: readonly SeenScore[];
  readonly policy: Pick<RiskPolicy, 'reviewAt' | 'denyAt'>;
}

export interface RiskVerdict {
  readonly decision: 'allow' | 'review' | 'deny';
  /** Of the gravest open flag, and the weights of the rules that hold, together. */
  readonly score: number;
  readonly reasons: readonly { readonly code: string; readonly text: string; readonly nats: number }[];
}

/** Names this way of weighing in the table of decisions; raised with each change that moves a verdict. */
export const WEIGHING = 'risk/1';

/** The same facts give the same verdict: a past decision can be reckoned again. */
export function weighRisk({ flags, rules, policy }: RiskFacts): RiskVerdict {
  const gravest = flags.reduce((most, { score }) => Math.max(most, score), 0);
  const score = rules.reduce((sum, { weight }) => sum + weight, gravest);
  const decision = score >= policy.denyAt ? 'deny' : score >= policy.reviewAt ? 'review' : 'allow';
  const reasons = [
    ...rules.map(({ name, reason, weight }) => ({ code: name, text: reason, nats: weight })),
    ...flags.map((flag) => ({ code: flag.kind, text: flag.reason, nats: flag.score })),
  ].sort((a, b) => b.nats - a.nats);
  return { decision, score, reasons };
}
