import { LIMITS } from '@tidemark/protocol';
import { z } from 'zod';

/** As many orders are scored in one request. */
const SCORES_MAX = 1_000;

const id = z.string().min(1).max(LIMITS.idLength);

/** An order whose success is asked about. */
export const orderQuestionSchema = z.strictObject({
  userId: id,
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

/** Many of them. */
export const orderListSchema = z.strictObject({ orders: z.array(orderQuestionSchema).min(1).max(SCORES_MAX) });

export type AskedOrder = z.output<typeof orderQuestionSchema>;
