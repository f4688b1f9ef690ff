import type { ProblemCode } from '@tidemark/protocol';
import { KEY_PROBLEMS, type Operation, type Parameter, READ_KEYS, SECRET_KEYS } from './operation.js';

const version: Parameter = {
  name: 'version',
  in: 'path',
  description: 'As the list tells it, or `serving`; with `.html` behind it a page',
};

const decision = (
  operation: Pick<Operation, 'method' | 'path' | 'summary'> & Partial<Operation>,
  status: number,
  answer: string,
  more: readonly ProblemCode[] = [],
): Operation => ({
  tag: 'Reading',
  keys: READ_KEYS,
  answers: { [status]: { description: answer, type: 'application/json' } },
  problems: [...KEY_PROBLEMS, ...more],
  ...operation,
});

/** Probabilities of orders, and the models behind them. */
export const DECISION_OPERATIONS: readonly Operation[] = [
  decision(
    {
      method: 'post',
      path: '/v1/score',
      summary: 'Whether an order will be filled, or those of a customer, how sure that is, and why',
      description:
        'One order, one customer (`{"userId"}`), or `{orders: [...]}` or `{customers: [...]}` with up to 1,000; answered from memory. docs/models.md says how to read it.',
    },
    200,
    'Probability, interval, points and reasons of each, in their order',
    ['invalid_request', 'unreadable_body', 'body_too_large', 'not_found'],
  ),
  decision(
    {
      method: 'post',
      path: '/v1/round-trip',
      summary: 'What subscribing now and selling on T+1, or holding, would come to',
      description:
        'The body is that of a subscription without its side, with an `exitPrice` and, if they differ, a `markPrice` and a `holdPrice`; answered from memory, and not written down. docs/models.md says how to read it.',
    },
    200,
    'Probability and expected profit of each way, what is held in between, what a partial fill leaves, and both scores',
    ['invalid_request', 'unreadable_body', 'body_too_large', 'not_found'],
  ),
  decision(
    {
      method: 'post',
      path: '/v1/scorecard',
      summary: 'Points and decision band of a customer',
      description:
        'The body is `{"userId"}`, with a `reputation` from 0 to 1 if the platform has one; answered from memory, and written into the audit log by the id of the decision. docs/models.md says how to read it.',
      keys: SECRET_KEYS,
    },
    200,
    'Points, band and what it decides, probability, interval and reasons',
    ['invalid_request', 'unreadable_body', 'body_too_large', 'not_found'],
  ),
  decision(
    {
      method: 'post',
      path: '/v1/decide',
      summary: 'Allow, review or deny somebody or their order, and why',
      description:
        'The body is `{"userId"}` or `{"visitorId"}`, with an `order` if it is about one, as `/v1/score` takes it, without its `userId`; answered from memory. docs/anomalies.md says how it is weighed.',
      keys: SECRET_KEYS,
    },
    200,
    'The decision, its score in nats, reasons the gravest first, the scores that rules name, and what was not known',
    ['invalid_request', 'unreadable_body', 'body_too_large'],
  ),
  decision(
    { method: 'get', path: '/v1/models', summary: 'Which model of orders answers, which would, and why' },
    200,
    'Champion, challenger, what was last found, and all versions, the newest first',
  ),
  decision(
    {
      method: 'post',
      path: '/v1/models',
      summary: 'Train a model from the orders so far',
      description:
        'The body may be empty, or `{"kind"}`: one of the kind that serves takes its place, one of another kind answers in the shadow until it is better beyond chance.',
      keys: SECRET_KEYS,
    },
    201,
    'Its version, and what became of it',
    ['invalid_request', 'unreadable_body', 'store_unavailable', 'body_too_large'],
  ),
  decision(
    {
      method: 'put',
      path: '/v1/models/serving',
      summary: 'Put a former model back into service',
      description: 'The body is `{"version"}`. It serves until another is better beyond chance.',
      keys: SECRET_KEYS,
    },
    200,
    'Its version and kind',
    ['invalid_request', 'unreadable_body', 'not_found', 'body_too_large'],
  ),
  decision(
    { method: 'get', path: '/v1/models/{version}', summary: 'What a model was made of', parameters: [version] },
    200,
    'Its card',
    ['not_found'],
  ),
  decision(
    {
      method: 'get',
      path: '/v1/decisions',
      summary: 'The orders that were placed last, and what was said of each at that moment',
      description:
        'Up to 200 of the last seven days, the newest first: of who identified and did not deny consent to risk control, from the first model on.',
    },
    200,
    'Order, probability, interval, points and reasons, model and moment of each',
    ['store_unavailable'],
  ),
  decision(
    {
      method: 'get',
      path: '/v1/decisions/{decisionId}',
      summary: 'Reckon a past decision again',
      parameters: [{ name: 'decisionId', in: 'path', description: 'As its answer named it' }],
    },
    200,
    'What was asked, known and answered, and whether the model says so again',
    ['not_found', 'store_unavailable'],
  ),
];
