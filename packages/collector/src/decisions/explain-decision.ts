import { isDeepStrictEqual } from 'node:util';
import type { OrderColumns } from '@tidemark/analytics/scores';
import type { OrderSide } from '@tidemark/protocol';
import type { DecisionRow } from '../store/decisions/decision-rows.js';
import type { ServingModel } from './model-shelf.js';
import { type RiskFacts, WEIGHING, weighRisk } from './weigh-risk.js';

/** A past decision, reckoned again from what was stored. */
export interface Explanation {
  readonly decisionId: string;
  readonly decidedAt: number;
  readonly modelVersion: string;
  readonly asked: unknown;
  readonly facts: OrderColumns | RiskFacts;
  readonly answer: unknown;
  /** Whether the stored model gives the stored answer for the stored facts, digit by digit; null when the model is gone. */
  readonly reproduced: boolean | null;
}

export function explainDecision(row: DecisionRow, model: ServingModel | undefined): Explanation {
  const { decisionId, decidedAt, modelVersion, side } = row;
  const [facts, answer] = [JSON.parse(row.facts), JSON.parse(row.answer)] as [
    OrderColumns & RiskFacts,
    Record<string, unknown>,
  ]; // as rowOf or the decide route wrote them: the version says which
  const again = modelVersion === WEIGHING ? weighRisk(facts) : model && side ? againOf(model, side, facts) : null;
  return {
    decisionId,
    decidedAt,
    modelVersion,
    asked: JSON.parse(row.asked),
    facts,
    answer,
    reproduced: again && isDeepStrictEqual({ ...answer, ...again }, answer),
  };
}

/** What of an answer the model and the facts alone decide, as JSON has it. */
function againOf({ scorer }: ServingModel, side: OrderSide, facts: OrderColumns): object {
  const { any, reasons, ...rest } = scorer.score(side, facts);
  return JSON.parse(JSON.stringify({ ...any, ...rest, reasons: reasons.map(({ text }) => text) }));
}
