/**
 * What a rule may name besides features: probabilities of models. They are known where `POST /v1/decide` is asked about an order, and
 * unknown as events come in.
 */
export const RULE_SCORES = ['success_probability'] as const;
export type RuleScore = (typeof RULE_SCORES)[number];

/** A score that a rule in force names, as it stood at a decision; plain data, kept with it. */
export type SeenScore =
  | {
      readonly name: RuleScore;
      readonly kind: 'known';
      readonly value: number;
      readonly modelVersion: string;
      /** `GET /v1/decisions/ID` reckons it again. */
      readonly decisionId: string;
    }
  | { readonly name: RuleScore; readonly kind: 'unknown'; readonly reason: string };

export function isRuleScore(name: string): name is RuleScore {
  const scores: readonly string[] = RULE_SCORES;
  return scores.includes(name);
}
