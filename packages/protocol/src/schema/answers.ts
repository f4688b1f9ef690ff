import { z } from 'zod';
import { REJECTION_REASONS } from '../ack.js';
import { PROBLEM_STATUS, type ProblemCode } from '../problem.js';
import { DATA_BREAKS } from '../reports/effective-data.js';
import type { ReportName } from '../reports/query.js';
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
  limits: z.object({ eventsPerBatch: count(), bodyBytes: count() }).optional(),
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
const ratio = () => z.number().min(0).max(1);
const overviewFigures = {
  ...visitorFigures,
  events: count(),
  conversions: count(),
  conversionRatio: ratio(),
  bounces: count(),
  bounceRatio: ratio(),
  durationMsMedian: z.number(),
};
const liveFigures = {
  events: count(),
  views: count(),
  clicks: count(),
  conversions: count(),
  orders: count(),
  errors: count(),
  visitors: count(),
};
const surfaceFigure = z.object({ value: z.number().nullable(), count: count() });
const comparison = {
  figure: z.string(),
  h5: surfaceFigure,
  native: surfaceFigure,
  difference: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  lowTogether: z.number().nullable(),
  highTogether: z.number().nullable(),
  method: z.enum(['newcombe', 'hodges_lehmann']),
};
const compared = { comparison: z.array(z.object(comparison)) };
const paged = { nextCursor: z.string().nullable() };
const interval = { low: z.number().nullable(), high: z.number().nullable() };
const milliseconds = () => z.number().nullable();
const deliveryFigures = {
  events: count(),
  queues: count(),
  missing: count(),
  completenessRatio: ratio().nullable(),
  copies: count(),
  lateMsMedian: milliseconds(),
  lateMsP95: milliseconds(),
  lateMsP99: milliseconds(),
  lateRatio: ratio().nullable(),
};

export const REPORT_SCHEMAS = {
  overview: z.object({
    rows: z.array(z.object({ at: z.number(), ...overviewFigures })),
    totals: z.object(overviewFigures),
    ...compared,
  }),
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
        bounceRatio: ratio(),
        dwellMsMedian: milliseconds(),
        dwellMsP25: milliseconds(),
        dwellMsP75: milliseconds(),
        dwellMsP90: milliseconds(),
      }),
    ),
    totals: z.object({ views: count(), visitors: count(), sessions: count() }),
    ...compared,
    ...paged,
  }),
  sessions: z.object({
    rows: z.array(z.object({ day: z.string(), ...sessionFigures })),
    totals: z.object(sessionFigures),
  }),
  visitors: z.object({
    rows: z.array(z.object({ day: z.string(), ...visitorFigures })),
    totals: z.object(visitorFigures),
  }),
  transitions: z.object({
    rows: z.array(
      z.object({
        fromPage: z.string(),
        page: z.string(),
        surface: z.enum(SURFACES),
        way: z.string(),
        transitions: count(),
        shareOfFrom: ratio(),
      }),
    ),
    totals: z.object({ transitions: count() }),
    ...compared,
    ...paged,
  }),
  funnel: z.object({
    rows: z.array(z.object({ step: count(), visitors: count(), ratio: ratio(), ...interval, stepRatio: ratio() })),
    totals: z.object({ visitors: count(), converted: count(), ratio: ratio() }),
    ...compared,
  }),
  retention: z.object({
    rows: z.array(z.object({ period: count(), eligible: count(), visitors: count(), ratio: ratio(), ...interval })),
    totals: z.object({ visitors: count() }),
    ...compared,
  }),
  cohorts: z.object({
    rows: z.array(z.object({ cohort: z.string(), period: count(), size: count(), visitors: count(), ratio: ratio() })),
    totals: z.object({ visitors: count(), cohorts: count() }),
  }),
  live: z.object({
    rows: z.array(z.object({ at: z.number(), ...liveFigures })),
    totals: z.object(liveFigures),
    ...compared,
  }),
  'effective-data': z.object({
    rows: z.array(z.object({ name: z.string(), ...deliveryFigures })),
    totals: z.object({ ...deliveryFigures, rejected: count(), rejectedRatio: ratio(), doubleLoads: count() }),
    freshness: z.object({
      completeTo: milliseconds(),
      settledTo: milliseconds(),
      newestOccurredAt: milliseconds(),
      newestReceivedAt: milliseconds(),
    }),
    rejected: z.array(z.object({ reason: z.string(), field: z.string(), events: count() })),
    empties: z.array(
      z.object({
        eventType: z.string(),
        column: z.string(),
        events: count(),
        emptyRatio: ratio(),
        baselineEvents: count(),
        baselineRatio: ratio(),
      }),
    ),
    breaks: z.array(
      z.object({
        kind: z.enum(DATA_BREAKS),
        subject: z.string(),
        release: z.string(),
        observed: z.number(),
        expected: z.number(),
        count: count(),
      }),
    ),
  }),
  surfaces: z.object({
    rows: z.array(
      z.object({
        name: z.string(),
        surface: z.enum(SURFACES),
        sessions: count(),
        views: count(),
        conversions: count(),
        conversionRatio: ratio().nullable(),
        dropOffs: count(),
        dropOffRatio: ratio(),
        failures: count(),
        errorRatio: ratio(),
        dwellMsMedian: milliseconds(),
        dwellMsP25: milliseconds(),
        dwellMsP75: milliseconds(),
        dwellMsP90: milliseconds(),
        lcpMsP75: milliseconds(),
        inpMsP75: milliseconds(),
        clsP75: z.number().nullable(),
        fcpMsP75: milliseconds(),
        ttfbMsP75: milliseconds(),
      }),
    ),
    totals: z.object({ sessions: count(), everyNth: count() }),
    comparison: z.array(z.object({ name: z.string(), ...comparison })),
    ways: z.array(
      z.object({
        name: z.string(),
        fromSurface: z.enum(SURFACES),
        surface: z.enum(SURFACES),
        way: z.string(),
        views: count(),
        share: ratio(),
      }),
    ),
  }),
} as const satisfies Readonly<Record<ReportName, z.ZodType>>;
