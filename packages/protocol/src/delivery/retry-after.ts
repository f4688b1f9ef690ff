/** A header must not silence a device for ever; and a browser's timers fire at once past 24.8 days. */
const RETRY_AFTER_MAX_MS = 86_400_000;

/**
 * Reads a `Retry-After` header in both of its forms, seconds and HTTP date.
 *
 * @param nowMs - epoch milliseconds; only the date form needs it.
 * @returns milliseconds to wait, 0 to one day; undefined when the header is absent or unreadable.
 * @see RFC 9110, section 10.2.3.
 */
export function parseRetryAfterMs(header: string | null | undefined, nowMs: number): number | undefined {
  const text = header?.trim() ?? '';
  // Each form of an HTTP date begins with its weekday; `Date.parse` alone makes a date of "-5" and "after 10", too.
  const isDate = /^[MTWFS][a-z]+,? /.test(text);
  const waitMs = isDate ? Date.parse(text) - nowMs : /^\d+$/.test(text) ? Number(text) * 1_000 : Number.NaN;
  return Number.isNaN(waitMs) ? undefined : Math.min(RETRY_AFTER_MAX_MS, Math.max(0, waitMs));
}
