import { z } from 'zod';
import { SUBJECT_KINDS } from '../features.js';
import { instant } from './report-query.js';

/** Zones of the earth lie between these, in minutes. */
const OFFSET = { least: -720, most: 840 };
const SUBJECT_MAX = 2_048;

const OFFSET_FAULT = { error: `expected whole minutes from ${OFFSET.least} to ${OFFSET.most}` };
const utcOffsetMinutes = z.coerce
  .number(OFFSET_FAULT)
  .int(OFFSET_FAULT)
  .min(OFFSET.least, OFFSET_FAULT)
  .max(OFFSET.most, OFFSET_FAULT)
  .optional();

/** Query string of `GET /v1/features`; an unknown parameter is refused. */
export const featureQuerySchema = z.strictObject({
  subject: z.string().min(1).max(SUBJECT_MAX),
  kind: z.enum(SUBJECT_KINDS).optional(),
  asOf: instant().optional(),
  utcOffsetMinutes,
});

/** Query string of `GET /v1/feature-rows`. */
export const featureRowsQuerySchema = z.strictObject({
  kind: z.enum(SUBJECT_KINDS),
  activeSince: instant().optional(),
  asOf: instant().optional(),
  utcOffsetMinutes,
});

export const featuresAnswerSchema = z.object({
  subject: z.string(),
  asOf: z.number(),
  utcOffsetMinutes: z.number(),
  kinds: z.array(
    z.object({
      kind: z.enum(SUBJECT_KINDS),
      features: z.array(
        z.object({
          name: z.string(),
          value: z.number().nullable(),
          reason: z.string().nullable(),
          unit: z.string(),
          computedIn: z.enum(['store', 'typescript', 'memory']),
          inputs: z.array(z.string()),
          after: z.number(),
          freshness: z.enum(['velocity', 'store']),
        }),
      ),
    }),
  ),
});

export const featureCatalogSchema = z.object({
  groups: z.array(
    z.object({
      title: z.string(),
      features: z.array(
        z.object({
          name: z.string(),
          kinds: z.array(z.enum(SUBJECT_KINDS)),
          windowMs: z.number(),
          unit: z.string(),
          definition: z.string(),
          source: z.string(),
          freshness: z.enum(['velocity', 'store']),
        }),
      ),
    }),
  ),
});
