import { brandId, type EpochMs, UUID_PATTERN, type VisitorId } from '@tidemark/protocol';

/** A visitor as its browser's cookie remembers it. */
export interface RememberedVisitor {
  readonly visitorId: VisitorId;
  /** Day on which the cookie was set, since 1970-01-01 UTC; undefined when it does not say. */
  readonly setOnDay: number | undefined;
}

const UUID = new RegExp(UUID_PATTERN);
const DAY_MS = 86_400_000;
/** 400 days: browsers keep no cookie longer. @see RFC 6265bis, "Max-Age Attribute". */
const MAX_AGE_SECONDS = 34_560_000;
/** Often enough that a visitor who comes once a year is never forgotten, and seldom enough to cost nothing. */
const RENEW_AFTER_DAYS = 30;

/**
 * Finds the visitor of this workspace in a `Cookie` header. What stands there may have been written by anybody: it is a
 * UUID, or nothing.
 */
export function readVisitorCookie(header: string | undefined, workspaceId: string): RememberedVisitor | undefined {
  const prefix = `${cookieName(workspaceId)}=`;
  const pair = header
    ?.split(';')
    .map((text) => text.trim())
    .find((text) => text.startsWith(prefix));
  if (pair === undefined) return undefined;
  const [visitorId = '', day = '', ...rest] = pair.slice(prefix.length).split('.');
  if (!UUID.test(visitorId) || rest.length > 0) return undefined;
  return { visitorId: brandId(visitorId.toLowerCase()), setOnDay: /^\d{1,6}$/.test(day) ? Number(day) : undefined };
}

/**
 * The `Set-Cookie` header that makes a browser remember a visitor.
 *
 * @param remembered - what the browser sent; undefined comes back when that will do for another month.
 * @param secure - the request came by https.
 */
export function setVisitorCookie(
  remembered: RememberedVisitor | undefined,
  workspaceId: string,
  visitorId: VisitorId,
  now: EpochMs,
  secure: boolean,
): string | undefined {
  const today = Math.floor(now / DAY_MS);
  const age = today - (remembered?.setOnDay ?? 0);
  const value = visitorId.toLowerCase(); // a UUID, checked with the batch
  if (remembered?.visitorId === value && age >= 0 && age < RENEW_AFTER_DAYS) return undefined;
  const attributes = `Path=/v1; Max-Age=${MAX_AGE_SECONDS}; HttpOnly; SameSite=Lax${secure ? '; Secure' : ''}`;
  return `${cookieName(workspaceId)}=${value}.${today}; ${attributes}`;
}

/** One cookie a workspace; base64url, because a workspace's id may hold what a cookie's name may not (RFC 6265, 4.1.1). */
function cookieName(workspaceId: string): string {
  return `tidemark_visitor_${Buffer.from(workspaceId).toString('base64url')}`;
}
