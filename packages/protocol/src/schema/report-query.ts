import { z } from 'zod';
import { REPORT_ROWS_MAX } from '../reports/query.js';
import { SURFACES } from '../surface.js';
import { name } from './event.js';

/** ISO 8601 date or date-time (UTC when it says no zone), or epoch milliseconds; comes out as epoch milliseconds. */
const instant = () =>
  z.string().transform((text, context) => {
    const value = /^\d{1,15}$/.test(text)
      ? Number(text)
      : Date.parse(/^\d{4}-\d\d-\d\dT[\d:.]+$/.test(text) ? `${text}Z` : text);
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
