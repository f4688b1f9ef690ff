import { ISSUABLE_SCOPES, KEY_SCOPES, LIMITS } from '@tidemark/protocol';
import { z } from 'zod';
import { isOrigin } from './origin.js';

/** Origins of one key or workspace at most: each request of a page is compared with them. */
const ORIGINS_MAX = 100;
/** A month: a rotation that takes longer has been forgotten. */
const OVERLAP_MAX_SECONDS = 30 * 86_400;
const OVERLAP_USUAL_SECONDS = 86_400;
/** A hundred years. */
const RETENTION_MAX_DAYS = 36_525;

const name = z.string().trim().min(1).max(LIMITS.nameLength);
const origins = z
  .array(z.string().refine(isOrigin, { error: 'it is an origin as a browser names it: https://shop.example' }))
  .max(ORIGINS_MAX);

const settings = {
  retentionDays: z.int().min(0).max(RETENTION_MAX_DAYS).optional(),
  rollupDays: z.int().min(0).max(RETENTION_MAX_DAYS).optional(),
  dailyEvents: z.int().min(0).optional(),
  allowedOrigins: origins.optional(),
  pseudonymousIds: z.boolean().optional(),
  cookieless: z.boolean().optional(),
};

/** Body of `POST /v1/admin/workspaces`. */
export const newWorkspaceSchema = z.strictObject({
  workspaceId: z.string().regex(/^[a-z0-9][a-z0-9_-]{0,62}$/, {
    error: 'it is 1 to 63 of a-z, 0-9, - and _, and begins with a letter or digit',
  }),
  name: name.optional(),
  ...settings,
});

/** Body of `PATCH /v1/admin/workspaces/ID`: what is left out stays as it is. */
export const workspaceChangeSchema = z.strictObject({
  name: name.optional(),
  disabled: z.boolean().optional(),
  ...settings,
});

/** Body of `POST /v1/admin/keys`. */
export const newKeySchema = z
  .strictObject({
    workspaceId: z.string().max(LIMITS.idLength).optional(),
    kind: z.enum(['write', 'read', 'secret']),
    name: z.string().trim().max(LIMITS.nameLength).optional(),
    scopes: z.array(z.enum(KEY_SCOPES)).min(1).optional(),
    origins: origins.optional(),
    /** Epoch milliseconds. */
    expiresAt: z.int().min(1).max(LIMITS.occurredAtMaxMs).optional(),
    requestsPerSecond: z.int().min(0).max(1_000_000).optional(),
  })
  .superRefine(({ kind, scopes = [], origins: given = [] }, context) => {
    const issuable: readonly string[] = ISSUABLE_SCOPES[kind];
    const message = `a ${kind} key may have ${issuable.join(', ')}`;
    if (!scopes.every((scope) => issuable.includes(scope)))
      context.addIssue({ code: 'custom', path: ['scopes'], message });
    if (given.length > 0 && kind !== 'write') {
      context.addIssue({ code: 'custom', path: ['origins'], message: 'only a write key is used by pages' });
    }
  });

/** Body of `POST /v1/admin/keys/ID/rotate`. */
export const rotationSchema = z.strictObject({
  overlapSeconds: z.int().min(0).max(OVERLAP_MAX_SECONDS).default(OVERLAP_USUAL_SECONDS),
});

/** Parameters of `GET /v1/admin/audit`. */
export const auditQuerySchema = z.strictObject({
  workspaceId: z.string().max(LIMITS.idLength).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
});

/** Parameters of `GET /v1/admin/keys`. */
export const keysQuerySchema = z.strictObject({ workspaceId: z.string().max(LIMITS.idLength).optional() });
