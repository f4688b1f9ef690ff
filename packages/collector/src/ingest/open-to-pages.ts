import { LIMITS } from '@tidemark/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { HttpProblem } from '../observe/http-problem.js';
import { takeBodies } from '../observe/take-bodies.js';

/**
 * A body is JSON whatever its type says, and proxies garble types: one that cannot be read would be refused by the framework,
 * and the sender would set its events aside.
 */
export const ANY_TYPE = 'application/octet-stream';

/** A request from a page that may be answered with its visitor's cookie, by the page's origin. */
export type TrustedOrigin = (request: FastifyRequest) => string | undefined;

/** Whose pages may use the key of a request; none is anybody's. */
export type KeyOrigins = (request: FastifyRequest) => readonly string[];

/**
 * Lets pages call the routes of a scope and read the answers: those of any origin, or of those that the key names; those of
 * `cookieOrigins` with their cookies. A page of another origin is refused and told nothing.
 * Any content type comes as a Buffer, so that a page can send `text/plain` without a preflight.
 */
export function openToPages(
  app: FastifyInstance,
  cookieOrigins: readonly string[],
  keyOrigins: KeyOrigins = () => [],
): TrustedOrigin {
  const trustedOrigin = createTrustedOrigin(cookieOrigins);

  takeBodies(app, 'buffer', LIMITS.wireBytes);
  app.addHook('onRequest', async (request, reply) => {
    request.raw.headers['content-type'] = ANY_TYPE;
    const trusted = trustedOrigin(request);
    const { origin } = request.headers;
    const allowed = keyOrigins(request);
    if (cookieOrigins.length + allowed.length > 0) reply.header('Vary', 'Origin');
    if (allowed.length > 0 && origin !== undefined && !allowed.includes(origin)) {
      throw new HttpProblem('origin_not_allowed', 'Pages of this origin may not use this key.');
    }
    const answered = trusted ?? (allowed.length > 0 ? origin : '*');
    if (answered === undefined) return; // it names no origin: it is no page's, or of the collector's own
    reply.header('Access-Control-Allow-Origin', answered).header('Access-Control-Expose-Headers', 'retry-after');
    if (trusted !== undefined) reply.header('Access-Control-Allow-Credentials', 'true');
  });
  return trustedOrigin;
}

/** Answers the preflight of a route: the one request that a browser sends by itself. */
export function answerPreflight(app: FastifyInstance, path: string, methods: string): void {
  app.options(path, async (_request, reply) => {
    reply
      .header('Access-Control-Allow-Methods', methods)
      .header('Access-Control-Allow-Headers', 'authorization, content-type, content-encoding')
      .header('Access-Control-Max-Age', '86400');
    return reply.code(204).send();
  });
}

/**
 * Listed origins only, and only where the browser itself says that page and collector are of one site: a script can set
 * neither header. A browser names no origin when it GETs from the page's own; there the collector's address is the page's.
 *
 * @see W3C, Fetch Metadata Request Headers, "Sec-Fetch-Site"; Fetch Standard, "append a request `Origin` header".
 */
function createTrustedOrigin(cookieOrigins: readonly string[]): TrustedOrigin {
  const listed = new Set(cookieOrigins);
  return (request) => {
    if (listed.size === 0) return undefined;
    const site = request.headers['sec-fetch-site'];
    if (site !== 'same-origin' && site !== 'same-site') return undefined;
    const own = site === 'same-origin' ? `${request.protocol}://${request.host}` : '';
    const origin = request.headers.origin ?? own;
    return listed.has(origin) ? origin : undefined;
  };
}
