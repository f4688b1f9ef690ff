import { z } from 'zod';
import { LIMITS } from '../limits.js';
import { MACRO_SCOPES } from '../macro.js';
import { name } from './event.js';
import { instant } from './report-query.js';

const country = () => z.string().regex(/^[A-Z]{2}$/, { error: 'expected two capital letters of ISO 3166-1' });

/** Query string of `GET /v1/macro-series`; an unknown parameter is refused. */
export const macroQuerySchema = z.strictObject({
  series: z.string().min(1).max(LIMITS.nameLength).optional(),
  asOf: instant().optional(),
  home: country().optional(),
});

/** As the description of the API shows it. The collector judges row by row, as it does events. */
export const macroBatchSchema = z.object({
  batchId: z.uuid().optional(),
  rows: z
    .array(
      z.object({
        series: name(),
        periodAt: z.number(),
        knownAt: z.number(),
        value: z.number(),
        revision: z.number().optional(),
        source: name(),
        country: country().optional(),
      }),
    )
    .max(LIMITS.eventsPerBatch),
});

const publication = {
  periodAt: z.number(),
  knownAt: z.number(),
  value: z.number(),
  revision: z.number(),
  source: z.string(),
};

export const macroAnswerSchema = z.object({
  asOf: z.number(),
  home: z.string(),
  series: z.array(
    z.object({
      series: z.string(),
      country: z.string(),
      scope: z.enum(MACRO_SCOPES),
      publishedCount: z.number(),
      periodCount: z.number(),
      firstPeriodAt: z.number(),
      lastPeriodAt: z.number(),
      current: z.object({ ...publication, knownAgeMs: z.number(), periodAgeMs: z.number() }).nullable(),
      revisions: z.array(z.object(publication)),
    }),
  ),
});
