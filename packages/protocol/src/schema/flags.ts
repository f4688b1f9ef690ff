import { z } from 'zod';
import { FLAG_SEVERITIES, FLAG_STATUSES, TRIAGE_ACTIONS } from '../flags.js';

const TEXT_MAX = 512;
const LIST_MAX = 64;
const PAGE_MAX = 1_000;
const PAGE = 100;
const CURSOR_MAX = 4_096;

/** `a,b` as a list. */
const list = <T extends string>(of: z.ZodType<T, string>) =>
  z
    .string()
    .max(TEXT_MAX)
    .transform((text) => text.split(','))
    .pipe(z.array(of).max(LIST_MAX));

const filters = {
  kind: list(z.string().min(1).max(LIST_MAX)).optional(),
  severity: list(z.enum(FLAG_SEVERITIES)).optional(),
  status: list(z.enum(FLAG_STATUSES)).optional(),
  surface: list(z.enum(['h5', 'native'])).optional(),
  entity: z.string().min(1).max(TEXT_MAX).optional(),
};

/** Query string of `GET /v1/flags`; an unknown parameter is refused. */
export const flagQuerySchema = z.strictObject({
  ...filters,
  cursor: z.string().max(CURSOR_MAX).optional(),
  limit: z.coerce.number().int().min(1).max(PAGE_MAX).default(PAGE),
});

/** Query string of `GET /v1/flags/stream`. */
export const flagStreamQuerySchema = z.strictObject({ ...filters, cursor: z.string().max(CURSOR_MAX).optional() });

/** Body of `POST /v1/flags/{id}/triage`. */
export const flagTriageSchema = z
  .strictObject({
    action: z.enum(TRIAGE_ACTIONS),
    reason: z.string().min(1).max(TEXT_MAX).optional(),
    untilMs: z.number().int().positive().optional(),
  })
  .refine(({ action, reason }) => action !== 'false_positive' || reason !== undefined, {
    path: ['reason'],
    message: 'say why it is none: the next reader learns from it',
  })
  .refine(({ action, untilMs }) => (action === 'snooze') === (untilMs !== undefined), {
    path: ['untilMs'],
    message: 'goes with snooze, epoch milliseconds',
  });
