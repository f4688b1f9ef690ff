import { z } from 'zod';
import { REJECTION_REASONS } from '../ack.js';
import { PROBLEM_STATUS, type ProblemCode } from '../problem.js';
import { SURFACES } from '../surface.js';

/*
 * What a collector answers, in the form that its API document is made from. Locked to the types like what it takes.
 */

const count = () => z.number().int().min(0);
const id = () => z.string();

export const problemSchema = z.object({
  type: z.string(),
  title: z.string(),
  status: z.number().int(),
  detail: z.string(),
  code: z.enum(Object.keys(PROBLEM_STATUS) as [ProblemCode, ...ProblemCode[]]), // Object.keys forgets which
  field: z.string().optional(),
});

export const ackSchema = z.object({
  batchId: id(),
  accepted: count(),
  duplicate: count(),
  rejected: z.array(z.object({ index: count(), eventId: id(), reason: z.enum(REJECTION_REASONS), field: z.string() })),
  serverTimeMs: z.number(),
  configVersion: z.string().optional(),
});

export const durableBatchesSchema = z.object({ durable: z.array(id()), unknown: z.array(id()) });

export const clientConfigSchema = z.object({
  version: z.string(),
  enabled: z.boolean(),
  sampling: z.record(z.string(), z.number().min(0).max(1)),
  visitorId: z.string().optional(),
});

export const queueLedgerSchema = z.object({
  queueId: id(),
  highestSeq: count(),
  delivered: count(),
  rejected: count(),
  dropped: count(),
  missing: count(),
  gaps: z.array(z.tuple([count(), count()])),
  lastSeenAt: z.number(),
});

const sessionFigures = {
  sessions: count(),
  visitors: count(),
  events: count(),
  views: count(),
  bounces: count(),
  bounceRatio: z.number().min(0).max(1),
  durationMsMedian: z.number(),
};
const visitorFigures = { visitors: count(), users: count(), sessions: count(), views: count() };

export const REPORT_SCHEMAS = {
  pages: z.object({
    rows: z.array(
      z.object({
        page: z.string(),
        surface: z.enum(SURFACES),
        views: count(),
        visitors: count(),
        entries: count(),
        exits: count(),
        bounces: count(),
        dwellMsMedian: z.number().nullable(),
      }),
    ),
    totals: z.object({ views: count(), visitors: count(), sessions: count() }),
  }),
  sessions: z.object({
    rows: z.array(z.object({ day: z.string(), ...sessionFigures })),
    totals: z.object(sessionFigures),
  }),
  visitors: z.object({
    rows: z.array(z.object({ day: z.string(), ...visitorFigures })),
    totals: z.object(visitorFigures),
  }),
};
