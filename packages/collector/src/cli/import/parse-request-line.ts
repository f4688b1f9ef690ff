/** What was asked for. Both are empty when the request line is none. */
export interface RequestLine {
  readonly method: string;
  /** Path without query; `*` and `host:port` stand as they are. */
  readonly path: string;
}

/** `METHOD target HTTP/1.1`; the version is missing in HTTP/0.9. A method is an RFC 9110 token, a target has no spaces. */
const REQUEST_LINE = /^([\w!#$%&'*+.^`|~-]+) (\S+)(?: HTTP\/\d(?:\.\d)?)?$/;
/** A proxy's request names the whole address; the page is the same one. */
const ORIGIN = /^https?:\/\/[^/?]*/i;
const NO_REQUEST: RequestLine = { method: '', path: '' };

/**
 * Reads the request line of an access log. A line that is none (`-` after a timeout, a TLS handshake on the plain port,
 * a probe with spaces in its target) gives an empty method and path: the server did answer it, so it is kept and counted
 * as activity of the visitor, and it is nobody's page.
 */
export function parseRequestLine(text: string): RequestLine {
  const match = REQUEST_LINE.exec(text);
  if (match === null) return NO_REQUEST;
  const [, method = '', target = ''] = match;
  const origin = ORIGIN.exec(target)?.[0] ?? '';
  const local = target.slice(origin.length);
  const query = local.indexOf('?');
  const path = query === -1 ? local : local.slice(0, query);
  return { method, path: path === '' ? '/' : path };
}
