import { z } from 'zod';
import { PURPOSES } from '../events/identity.js';
import { DELIVERY_GROUPS } from '../reports/effective-data.js';
import {
  CURSOR_MAX,
  EXPORT_ROWS_MAX,
  FUNNEL_STEPS_MAX,
  INTERVALS,
  LIVE_MINUTES_MAX,
  PAGES_COLUMNS,
  PERIODS_MAX,
  REPORT_FORMATS,
  REPORT_ROWS_MAX,
  type ReportName,
  SORT_ORDERS,
  TRANSITIONS_COLUMNS,
  WINDOW_SECONDS_MAX,
} from '../reports/query.js';
import { CONTENT_GROUPS } from '../reports/surfaces.js';
import { SURFACES } from '../surface.js';
import { name } from './event.js';
import { segmentSchema, stepsSchema } from './segment.js';

const ISO_8601 = /^(\d{4}-\d\d-\d\d)(?:T\d\d:\d\d(?::\d\d(?:\.\d+)?)?(Z|[+-]\d\d:\d\d)?)?$/;

/** `Date.parse` alone reads "yesterday 1" as a day of 2001 and 30 February as one of March. */
function parseInstant(text: string): number {
  if (/^\d{1,15}$/.test(text)) return Number(text);
  const [, day = '', zone] = ISO_8601.exec(text) ?? [];
  const dayMs = Date.parse(day);
  if (Number.isNaN(dayMs) || new Date(dayMs).toISOString().slice(0, day.length) !== day) return Number.NaN;
  return Date.parse(text === day || zone ? text : `${text}Z`);
}

/** ISO 8601 date or date-time (UTC when it says no zone), or epoch milliseconds; comes out as epoch milliseconds. */
export const instant = () =>
  z.string().transform((text, context) => {
    const value = parseInstant(text);
    if (!Number.isFinite(value)) {
      context.addIssue({ code: 'custom', message: 'expected an ISO 8601 date or epoch milliseconds' });
      return z.NEVER;
    }
    return value;
  });

/** JSON in a parameter of the address. */
const json = <T extends z.ZodType>(schema: T, expected = 'expected JSON') =>
  z
    .string({ error: expected })
    .transform((text, context) => {
      try {
        return JSON.parse(text) as unknown;
      } catch {
        context.addIssue({ code: 'custom', message: expected });
        return z.NEVER;
      }
    })
    .pipe(schema);

const ZONES = new Set([...Intl.supportedValuesOf('timeZone'), 'UTC']);
const timeZone = () =>
  z.string().refine((zone) => ZONES.has(zone), { error: 'expected an IANA time zone, such as Asia/Shanghai' });

const whole = (min: number, max: number) => {
  const error = `expected a whole number from ${min} to ${max}`;
  return z
    .string()
    .regex(/^\d{1,9}$/, { error })
    .transform(Number)
    .pipe(z.number().min(min, { error }).max(max, { error }));
};

const filter = {
  surface: z.enum(SURFACES).optional(),
  appId: name().optional(),
  purpose: z.enum(PURPOSES).optional(),
  segment: json(segmentSchema).optional(),
  limit: whole(1, EXPORT_ROWS_MAX).optional(),
  format: z.enum(REPORT_FORMATS).optional(),
};
const { segment: _segment, ...withoutSegment } = filter;
const { surface: _surface, ...withoutSurface } = filter;
const time = { from: instant().optional(), to: instant().optional() };
const zone = { timeZone: timeZone().optional() };
const sorted = <const Columns extends readonly string[]>(columns: Columns) => ({
  orderBy: z.enum(columns).optional(),
  order: z.enum(SORT_ORDERS).optional(),
  cursor: z
    .string()
    .regex(/^r\d{1,7}$/, { error: 'expected the nextCursor of an answer' })
    .refine((cursor) => Number(cursor.slice(1)) <= CURSOR_MAX, {
      error: `a cursor goes no further than ${CURSOR_MAX} rows: ask for less`,
    })
    .optional(),
});
const cohort = { interval: z.enum(INTERVALS).exclude(['hour']).optional(), periods: whole(1, PERIODS_MAX).optional() };

interface Ranged {
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  readonly format?: string | undefined;
  readonly limit?: number | undefined;
}

function hasOrder({ from, to, format = 'json', limit = 1 }: Ranged, context: z.RefinementCtx): void {
  const refuse = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
  if (from !== undefined && to !== undefined && to <= from) refuse('to', 'must lie after from');
  if (format === 'json' && limit > REPORT_ROWS_MAX) {
    refuse('limit', `expected at most ${REPORT_ROWS_MAX}; formats that are streamed take up to ${EXPORT_ROWS_MAX}`);
  }
}

interface Grouped {
  readonly by?: string | undefined;
  readonly goal?: string | undefined;
  readonly steps?: unknown;
}

function hasItsSteps({ by, goal, steps }: Grouped, context: z.RefinementCtx): void {
  const refuse = (field: string, message: string) => context.addIssue({ code: 'custom', path: [field], message });
  if (by === 'step' && steps === undefined) refuse('steps', 'expected with by=step');
  if (by !== 'step' && steps !== undefined) refuse('steps', 'expected with by=step alone');
  if (by === 'step' && goal !== undefined) refuse('goal', 'expected without by=step: a step converts to the next one');
}

/**
 * Query strings of `GET /v1/reports/NAME`; a parameter that is unknown, or of another report, is refused, so that a typo never
 * widens a report.
 */
export const REPORT_QUERY_SCHEMAS = {
  overview: z
    .strictObject({ ...filter, ...time, ...zone, interval: z.enum(INTERVALS).optional() })
    .superRefine(hasOrder),
  pages: z.strictObject({ ...filter, ...time, ...sorted(PAGES_COLUMNS) }).superRefine(hasOrder),
  sessions: z.strictObject({ ...filter, ...time, ...zone }).superRefine(hasOrder),
  visitors: z.strictObject({ ...filter, ...time, ...zone }).superRefine(hasOrder),
  transitions: z.strictObject({ ...filter, ...time, ...sorted(TRANSITIONS_COLUMNS) }).superRefine(hasOrder),
  funnel: z
    .strictObject({
      ...filter,
      ...time,
      steps: json(stepsSchema, `expected a JSON list of 2 to ${FUNNEL_STEPS_MAX} steps`),
      windowSeconds: whole(1, WINDOW_SECONDS_MAX).optional(),
    })
    .superRefine(hasOrder),
  retention: z.strictObject({ ...filter, ...time, ...cohort }).superRefine(hasOrder),
  cohorts: z.strictObject({ ...filter, ...time, ...cohort }).superRefine(hasOrder),
  live: z.strictObject({ ...filter, minutes: whole(1, LIVE_MINUTES_MAX).optional() }).superRefine(hasOrder),
  'effective-data': z
    .strictObject({ ...withoutSegment, ...time, by: z.enum(DELIVERY_GROUPS).optional() })
    .superRefine(hasOrder),
  surfaces: z
    .strictObject({
      ...withoutSurface,
      ...time,
      by: z.enum(CONTENT_GROUPS).optional(),
      goal: name().optional(),
      steps: json(stepsSchema).optional(),
    })
    .superRefine(hasOrder)
    .superRefine(hasItsSteps),
} as const satisfies Readonly<Record<ReportName, z.ZodType>>;
