import { z } from 'zod';
import { STAMP_COUNT_MAX } from '../bridge/logical-clock.js';
import { ORDER_PHASES, ORDER_SIDES } from '../events/business.js';
import { WEB_VITALS } from '../events/technology.js';
import type { EventType } from '../events/tracked-event.js';
import { TRANSITION_WAYS } from '../events/views.js';
import { UUID_PATTERN } from '../ids.js';
import { LIMITS } from '../limits.js';

/*
 * Everything here can be said in JSON Schema too, because the collector compiles its validator from that form:
 * no refinements, no transforms. A test holds the two equal on generated input.
 */

export const uuid = () => z.string().regex(new RegExp(UUID_PATTERN));
export const name = () => z.string().min(1).max(LIMITS.nameLength);
export const appGivenId = () => z.string().min(1).max(LIMITS.idLength);
export const epochMs = () => z.number().int().min(LIMITS.occurredAtMinMs).max(LIMITS.occurredAtMaxMs);
const url = () => z.string().max(LIMITS.urlLength);
export const text = () => z.string().max(LIMITS.textLength);
const ratio = () => z.number().min(0).max(1);
const durationMs = () => z.number().min(0).max(LIMITS.dwellMaxMs);
export const amount = () => z.number().min(-LIMITS.amountMax).max(LIMITS.amountMax);
const count = () => z.number().int().min(0).max(LIMITS.seqMax);

/** The number of keys is bounded by the collector's own count, since JSON Schema and zod disagree on how to say it. */
export const props = () =>
  z.record(z.string().min(1).max(LIMITS.propKeyLength), z.union([text(), z.number(), z.boolean()]));

const consentState = z.enum(['granted', 'denied']);
export const consentByPurpose = z.object({
  analytics: consentState.optional(),
  marketing: consentState.optional(),
  risk: consentState.optional(),
});

const base = {
  eventId: uuid(),
  seq: z.number().int().min(1).max(LIMITS.seqMax),
  occurredAt: epochMs(),
  monotonicMs: z.number().min(0).max(LIMITS.seqMax).optional(),
  logicalMs: epochMs().optional(),
  logicalCount: z.number().int().min(0).max(STAMP_COUNT_MAX).optional(),
  page: url().optional(),
  viewId: uuid().optional(),
  sampleWeight: z.number().min(1).max(1_000_000).optional(),
  props: props().optional(),
};

/** One schema an event type; the collector picks by `type` and so names the field at fault, not the union. */
export const EVENT_SCHEMAS = {
  page_view: z.object({
    ...base,
    type: z.literal('page_view'),
    url: url().optional(),
    title: text().optional(),
    referrer: url().optional(),
    template: name().optional(),
    campaign: z
      .object({
        source: name().optional(),
        medium: name().optional(),
        name: name().optional(),
        term: name().optional(),
        content: name().optional(),
      })
      .optional(),
  }),
  screen_view: z.object({
    ...base,
    type: z.literal('screen_view'),
    title: text().optional(),
    template: name().optional(),
  }),
  view_end: z.object({
    ...base,
    type: z.literal('view_end'),
    dwellMs: durationMs(),
    visibleMs: durationMs().optional(),
    focusedMs: durationMs().optional(),
    scrollDepthRatio: ratio().optional(),
  }),
  click: z.object({ ...base, type: z.literal('click'), target: name() }),
  form_start: z.object({ ...base, type: z.literal('form_start'), form: name() }),
  scroll: z.object({ ...base, type: z.literal('scroll'), depthRatio: ratio() }),
  exposure: z.object({
    ...base,
    type: z.literal('exposure'),
    module: name(),
    visibleRatio: ratio().optional(),
    visibleMs: durationMs().optional(),
  }),
  outbound_link: z.object({ ...base, type: z.literal('outbound_link'), url: url() }),
  download: z.object({ ...base, type: z.literal('download'), url: url() }),
  conversion: z.object({
    ...base,
    type: z.literal('conversion'),
    goal: name(),
    amount: amount().optional(),
    currency: name().optional(),
  }),
  order: z.object({
    ...base,
    type: z.literal('order'),
    orderId: appGivenId(),
    productId: appGivenId(),
    side: z.enum(ORDER_SIDES),
    phase: z.enum(ORDER_PHASES),
    shares: z.number().min(0).max(LIMITS.amountMax),
    price: z.number().min(0).max(LIMITS.amountMax),
    currency: name(),
  }),
  web_vital: z.object({
    ...base,
    type: z.literal('web_vital'),
    metric: z.enum(WEB_VITALS),
    value: z.number().min(0).max(LIMITS.seqMax),
  }),
  error: z.object({
    ...base,
    type: z.literal('error'),
    message: text(),
    source: url().optional(),
    stack: z.string().max(LIMITS.stackLength).optional(),
  }),
  identify: z.object({ ...base, type: z.literal('identify'), userId: appGivenId(), traits: props().optional() }),
  alias: z.object({ ...base, type: z.literal('alias'), previousVisitorId: uuid() }),
  consent: z.object({ ...base, type: z.literal('consent'), purposes: consentByPurpose }),
  transition: z.object({
    ...base,
    type: z.literal('transition'),
    fromPage: url(),
    way: z.enum(TRANSITION_WAYS),
    fromTemplate: name().optional(),
    modules: z.array(name()).max(LIMITS.modulesCount).optional(),
  }),
  sdk_health: z.object({
    ...base,
    type: z.literal('sdk_health'),
    queued: count(),
    delivered: count(),
    rejected: count(),
    dropped: z.record(name(), count()),
  }),
  custom: z.object({ ...base, type: z.literal('custom'), name: name() }),
} as const satisfies Record<EventType, z.ZodType>;
