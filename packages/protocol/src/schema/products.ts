import { z } from 'zod';
import { instant } from './report-query.js';

/** Query string of `GET /v1/products`; an unknown parameter is refused. */
export const productDaysQuerySchema = z.strictObject({
  from: instant().optional(),
  to: instant().optional(),
  productId: z.string().min(1).max(128).optional(),
  calendar: z.enum(['bank', 'exchange']).optional(),
});

const wait = z.object({ medianMs: z.number(), p90Ms: z.number() }).nullable();
const side = z.object({
  orderCount: z.number(),
  rejectedCount: z.number(),
  rejectedShares: z.number(),
  orderedShares: z.number(),
  filledShares: z.number(),
  fillRatio: z.number().nullable(),
  fullCount: z.number(),
  partialCount: z.number(),
  cancelledCount: z.number(),
  expiredCount: z.number(),
  timeToFirstFill: wait,
  timeToFill: wait,
});

export const productDaysAnswerSchema = z.object({
  from: z.number(),
  to: z.number(),
  rows: z.array(
    z.object({
      productId: z.string(),
      day: z.string(),
      subscriptions: side,
      sales: side,
      unfilledSaleCount: z.number(),
      unfilledSaleShares: z.number(),
      buyers: z.number(),
      sellers: z.number(),
      herding: z.object({ excess: z.number(), side: z.enum(['subscribe', 'sell']) }).nullable(),
    }),
  ),
  segments: z.array(
    z.object({
      productId: z.string(),
      orderCount: z.number(),
      dispersion: z.number().nullable(),
      burstiness: z.number().nullable(),
      segment: z.enum(['steady', 'pulsing', 'dispersed', 'eruptive']).nullable(),
    }),
  ),
  refused: z.record(z.string(), z.number()),
});
