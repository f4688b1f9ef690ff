import type { CustomerScore } from '@tidemark/analytics/scores';
import { HttpProblem } from '../observe/http-problem.js';
import { type DecisionMoment, type DecisionRecord, recordOf } from './decision-record.js';
import type { KeptModel } from './model-shelf.js';
import type { OrderDesks } from './order-desks.js';
import type { AskedCustomer } from './score-question.js';

/** `score`: the probability that the next order goes through, whatever it is; `scorecard`: the band and what it decides, too. */
export type CustomerPurpose = 'score' | 'scorecard';

/**
 * Answers from memory alone: of whom nothing is in memory, all customers together are told, and the own history is read behind.
 *
 * @throws {HttpProblem} `not_found` when the serving model has no card of customers.
 */
export function answerCustomer(
  moment: DecisionMoment,
  asked: AskedCustomer,
  purpose: CustomerPurpose,
  { scorer }: KeptModel,
  desks: Pick<OrderDesks, 'look'>,
): DecisionRecord {
  if (typeof scorer.customer === 'string') throw new HttpProblem('not_found', scorer.customer);
  const { desk, missing } = desks.look(moment.workspaceId, asked.userId);
  const columns = missing === undefined ? desk.customerOf(asked.userId, asked.reputation) : null;
  return recordOf(moment, asked, columns, sayCustomer(scorer.customer(columns), purpose), missing);
}

/** What of an answer the model and the facts alone decide. */
export function sayCustomer(
  { reasons, band, decision, bandSuccess, ...score }: CustomerScore,
  purpose: CustomerPurpose,
) {
  return {
    ...score,
    reasons: reasons.map(({ text }) => text),
    ...(purpose === 'scorecard' && { band, decision, bandSuccess }),
  };
}
