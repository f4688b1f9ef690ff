import { z } from 'zod';
import { LIMITS } from '../limits.js';
import { SURFACES } from '../surface.js';
import { PROTOCOL_VERSION } from '../version.js';
import { appGivenId, consentByPurpose, epochMs, name, uuid } from './event.js';

const pixels = () => z.number().int().min(0).max(65_535);

export const batchContextSchema = z.object({
  appId: name(),
  release: name().optional(),
  surface: z.enum(SURFACES),
  sdk: z.object({ name: name(), version: name() }),
  queueId: uuid(),
  visitorId: uuid(),
  userId: appGivenId().optional(),
  accountId: appGivenId().optional(),
  sessionId: uuid(),
  sessionStartedAt: epochMs(),
  userAgent: z.string().max(LIMITS.userAgentLength).optional(),
  device: z
    .object({
      screenWidth: pixels().optional(),
      screenHeight: pixels().optional(),
      locale: name().optional(),
      timeZone: name().optional(),
      networkType: name().optional(),
      webdriver: z.boolean().optional(),
    })
    .optional(),
  clockOffsetMs: z.number().int().min(-LIMITS.occurredAtMaxMs).max(LIMITS.occurredAtMaxMs).optional(),
  clockErrorMs: z.number().int().min(0).max(LIMITS.occurredAtMaxMs).optional(),
  clockSteps: z.number().int().min(0).max(LIMITS.seqMax).optional(),
  consent: consentByPurpose.optional(),
});

/** The envelope without its events: those are looked at one by one, so that a bad one falls alone. */
export const batchEnvelopeSchema = z.object({
  v: z.literal(PROTOCOL_VERSION),
  batchId: uuid(),
  sentAt: epochMs(),
  historical: z.boolean().optional(),
  context: batchContextSchema,
  events: z.array(z.unknown()).min(1).max(LIMITS.eventsPerBatch),
});
