import { isDeepStrictEqual } from 'node:util';
import type { CustomerColumns, KnownColumns, OrderScore } from '@tidemark/analytics/scores';
import type { DecisionRow } from '../store/decisions/decision-rows.js';
import { sayCustomer } from './answer-customers.js';
import { sayOrder } from './answer-orders.js';
import type { KeptModel } from './model-shelf.js';
import { type RiskFacts, WEIGHING, weighRisk } from './weigh-risk.js';

/** A past decision, reckoned again from what was stored. */
export interface Explanation {
  readonly decisionId: string;
  readonly decidedAt: number;
  readonly modelVersion: string;
  readonly asked: unknown;
  readonly facts: KnownColumns | CustomerColumns | RiskFacts | null;
  readonly answer: unknown;
  /** Whether the stored model gives the stored answer for the stored facts, digit by digit; null when the model is gone. */
  readonly reproduced: boolean | null;
}

export function explainDecision(row: DecisionRow, model: KeptModel | undefined): Explanation {
  const { decisionId, decidedAt, modelVersion, side } = row;
  const [facts, answer] = [JSON.parse(row.facts), JSON.parse(row.answer)] as [
    KnownColumns & RiskFacts,
    Record<string, unknown> & Pick<OrderScore, 'recalibration'>,
  ]; // as rowOf or the decide route wrote them: the version says which
  const again =
    modelVersion === WEIGHING
      ? weighRisk(facts)
      : model &&
        asStored(
          side ? sayOrder(model.scorer.score(side, facts, answer.recalibration)) : customerAgain(model, facts, answer),
        );
  return {
    decisionId,
    decidedAt,
    modelVersion,
    asked: JSON.parse(row.asked),
    facts,
    answer,
    reproduced: again ? isDeepStrictEqual({ ...answer, ...again }, answer) : null,
  };
}

/** Whether a band was told, the answer itself says. */
function customerAgain({ scorer }: KeptModel, facts: CustomerColumns | null, answer: object): object | null {
  if (typeof scorer.customer === 'string') return null;
  return sayCustomer(scorer.customer(facts), 'band' in answer ? 'scorecard' : 'score');
}

/** JSON has no undefined. */
function asStored(said: object | null): object | null {
  return JSON.parse(JSON.stringify(said));
}
