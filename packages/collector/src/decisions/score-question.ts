import { LIMITS } from '@tidemark/protocol';
import { z } from 'zod';
import { readInput } from '../observe/read-input.js';
import { readBody, readJson } from '../observe/read-json.js';

/** As many orders or customers are scored in one request. */
const SCORES_MAX = 1_000;

const id = z.string().min(1).max(LIMITS.idLength);

/** An order, whoever places it. */
export const orderTermsSchema = z.strictObject({
  productId: id,
  side: z.enum(['subscribe', 'sell']),
  shares: z.number().positive().max(1e12),
  /** Limit, of one share. */
  price: z.number().positive().max(1e9),
  /** Price that the platform shows; what was last seen of the product unless said. */
  reference: z.number().positive().max(1e9).optional(),
  /** How the platform rates the user, 0..1; what was last seen unless said. */
  reputation: z.number().min(0).max(1).optional(),
});

/** An order whose success is asked about. */
const orderQuestionSchema = z.strictObject({ userId: id, ...orderTermsSchema.shape });

/** A subscription, and what it is to be sold for on T+1. */
const roundTripSchema = orderQuestionSchema.omit({ side: true }).extend({
  /** Limit of the sale. */
  exitPrice: z.number().positive().max(1e9),
  /** What a share that is still held is worth on T+1, and where it is not sold; as much as the one before unless said. */
  markPrice: z.number().positive().max(1e9).optional(),
  holdPrice: z.number().positive().max(1e9).optional(),
});

/** A customer, whatever they ask for. */
const customerQuestionSchema = z.strictObject({
  userId: id,
  /** How the platform rates the user, 0..1; what was last seen unless said. */
  reputation: z.number().min(0).max(1).optional(),
});

const orderListSchema = z.strictObject({ orders: z.array(orderQuestionSchema).min(1).max(SCORES_MAX) });
const customerListSchema = z.strictObject({ customers: z.array(customerQuestionSchema).min(1).max(SCORES_MAX) });

export type OrderTerms = z.output<typeof orderTermsSchema>;
export type AskedOrder = z.output<typeof orderQuestionSchema>;
export type AskedRoundTrip = z.output<typeof roundTripSchema>;
export type AskedCustomer = z.output<typeof customerQuestionSchema>;

/**
 * Body of `POST /v1/score`: an order, a customer, or a list of either.
 *
 * @throws {HttpProblem} `unreadable_body`, `invalid_request` with the field.
 */
export function readScoreQuestions(body: unknown): readonly (AskedOrder | AskedCustomer)[] {
  const value = readJson(body);
  if (has(value, 'orders')) return readInput(orderListSchema, value).orders;
  if (has(value, 'customers')) return readInput(customerListSchema, value).customers;
  return has(value, 'userId') && !ORDER_FIELDS.some((field) => has(value, field))
    ? [readInput(customerQuestionSchema, value)]
    : [readInput(orderQuestionSchema, value)];
}

/** Body of `POST /v1/scorecard`: one customer. @throws {HttpProblem} as above. */
export function readCustomerQuestion(body: unknown): AskedCustomer {
  return readBody(customerQuestionSchema, body);
}

/** Body of `POST /v1/round-trip`. @throws {HttpProblem} as above. */
export function readRoundTrip(body: unknown): AskedRoundTrip {
  return readBody(roundTripSchema, body);
}

/** Whoever names one of these asks about an order. */
const ORDER_FIELDS = ['productId', 'side', 'shares', 'price', 'reference'];

function has<K extends string>(value: unknown, field: K): value is Readonly<Record<K, unknown>> {
  return typeof value === 'object' && value !== null && field in value;
}
