/**
 * Reads a `Retry-After` header in both of its forms, seconds and HTTP date.
 *
 * @param nowMs - epoch milliseconds; only the date form needs it.
 * @returns milliseconds to wait, never negative; undefined when the header is absent or unreadable.
 * @see RFC 9110, section 10.2.3.
 */
export function parseRetryAfterMs(header: string | null | undefined, nowMs: number): number | undefined {
  if (!header) return undefined;
  if (/^\d+$/.test(header.trim())) return Number(header) * 1_000;
  const dateMs = Date.parse(header);
  return Number.isNaN(dateMs) ? undefined : Math.max(0, dateMs - nowMs);
}
