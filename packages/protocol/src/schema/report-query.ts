import { z } from 'zod';
import { REPORT_ROWS_MAX } from '../reports/query.js';
import { SURFACES } from '../surface.js';
import { name } from './event.js';

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
const instant = () =>
  z.string().transform((text, context) => {
    const value = parseInstant(text);
    if (!Number.isFinite(value)) {
      context.addIssue({ code: 'custom', message: 'expected an ISO 8601 date or epoch milliseconds' });
      return z.NEVER;
    }
    return value;
  });

/** Query string of `GET /v1/reports/NAME`; an unknown parameter is refused, so that a typo never widens a report. */
export const reportQuerySchema = z.strictObject({
  from: instant().optional(),
  to: instant().optional(),
  surface: z.enum(SURFACES).optional(),
  appId: name().optional(),
  limit: z.coerce.number().int().min(1).max(REPORT_ROWS_MAX).optional(),
});
