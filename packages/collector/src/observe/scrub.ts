const KEY = /\btm_([psr]k)_[\w-]*/g;
const CREDENTIALS = /(\/\/)[^\s/@]*@/g;
const BEARER = /\b(Bearer|Basic) +[^\s"',]+/gi;
/** C0, DEL, C1, the separators that some readers take for the end of a line, and what turns the order of letters about. */
const UNPRINTABLE = /[\p{Cc}\u2028\u2029\u202A-\u202E\u2066-\u2069]/gu;
/** Addresses of people; those of one's own network (RFC 1918, loopback, link-local, ULA) are machines, and stay, and so do networks. */
const IPV4 =
  /\b(?!10\.|127\.|192\.168\.|169\.254\.|172\.(?:1[6-9]|2\d|3[01])\.|0\.0\.0\.0)(\d{1,3}\.\d{1,3}\.\d{1,3})\.\d{1,3}\b(?!\/\d)/g;
const IPV6 = /\b(?!f[cde])([0-9a-f]{1,4}:[0-9a-f]{1,4}:[0-9a-f]{0,4})(?::[0-9a-f]{0,4}){1,5}(?![\w:/])/gi;
const TEXT_MAX = 1_000;

/** A text as it may stand in a log: without keys, credentials and full addresses, in one line, of bounded length. */
export function scrub(text: string): string {
  const clean = text
    .slice(0, 2 * TEXT_MAX) // before the work: it may be a megabyte
    .replace(KEY, 'tm_$1_...')
    .replace(CREDENTIALS, '$1...@')
    .replace(BEARER, '$1 ...')
    .replace(IPV4, '$1.x')
    .replace(IPV6, '$1::x')
    .replace(UNPRINTABLE, '\uFFFD');
  return clean.length > TEXT_MAX ? `${clean.slice(0, TEXT_MAX)}...` : clean;
}

/** The fields of a log line, texts scrubbed however deep they lie. */
export function scrubFields(fields: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, scrubValue(value)]));
}

function scrubValue(value: unknown): unknown {
  if (typeof value === 'string') return scrub(value);
  if (value instanceof Error) return scrub(String(value));
  if (Array.isArray(value)) return value.map(scrubValue);
  if (typeof value === 'object' && value !== null) return scrubFields(value as Record<string, unknown>); // any object has entries
  return value;
}
