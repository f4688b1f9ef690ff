import { z } from 'zod';
import { type AuthoritativeType, END_PHASES, FILL_PHASES } from '../events/authoritative.js';
import { ORDER_SIDES } from '../events/business.js';
import { LIMITS } from '../limits.js';
import { amount, appGivenId, epochMs, name, props, text, uuid } from './event.js';

/** What a column of 16 bits holds. */
const REVISION_MAX = 65_535;

const notNegative = () => z.number().min(0).max(LIMITS.amountMax);

const base = {
  eventId: uuid(),
  occurredAt: epochMs(),
  userId: appGivenId().optional(),
  accountId: appGivenId().optional(),
  props: props().optional(),
};

const ofOrder = { orderId: appGivenId(), productId: appGivenId(), side: z.enum(ORDER_SIDES) };

/** Of the types that take a signed request; like `EVENT_SCHEMAS`, one schema a type. */
export const AUTHORITATIVE_SCHEMAS = {
  order_fill: z.object({
    ...base,
    type: z.literal('order_fill'),
    ...ofOrder,
    phase: z.enum(FILL_PHASES),
    shares: notNegative(),
    remainingShares: notNegative(),
    price: notNegative(),
    currency: name(),
  }),
  order_end: z.object({
    ...base,
    type: z.literal('order_end'),
    ...ofOrder,
    phase: z.enum(END_PHASES),
    remainingShares: notNegative(),
    reason: text().optional(),
  }),
  settlement: z.object({
    ...base,
    type: z.literal('settlement'),
    ...ofOrder,
    shares: notNegative(),
    amount: amount(),
    currency: name(),
  }),
  macro_point: z.object({
    ...base,
    type: z.literal('macro_point'),
    series: name(),
    periodAt: epochMs(),
    value: z.number().min(-Number.MAX_SAFE_INTEGER).max(Number.MAX_SAFE_INTEGER),
    revision: z.number().int().min(0).max(REVISION_MAX),
    source: name(),
  }),
} as const satisfies Record<AuthoritativeType, z.ZodType>;
