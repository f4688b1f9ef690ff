import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { announcedBytes, BUSY_RETRY_SECONDS } from '../ingest/admission.js';
import { HttpProblem } from '../observe/http-problem.js';
import type { GuardOptions } from './guarded-server.js';

export interface Refusal {
  /** Answers 503 before anything of the body was read. */
  refuse(request: IncomingMessage, response: ServerResponse): void;
}

/** A small body is thrown away and the connection stays; not to read a large one costs the connection. */
const SMALL_BODY_BYTES = 64 * 1_024;
/** So long may throwing away take. */
const THROW_AWAY_MS = 1_000;
/**
 * So long nothing more is read from a sender that was refused. Half of what `Retry-After` says: who keeps to it does not
 * notice, and who does not waits in the kernel at no cost.
 */
const HOLD_MS = 1_000;

/**
 * Refusing is done a hundred times for each request that is taken when senders do not keep to `Retry-After`. So the
 * answer is made once, no route is looked for, and the sender is held where it is.
 */
export function createRefusal({ isProxy, cookieOrigins, countCut }: GuardOptions): Refusal {
  const problem = new HttpProblem('busy', 'The collector has its hands full; try again later.').body();
  const body = Buffer.from(JSON.stringify(problem));
  const listed = new Set(cookieOrigins);
  const always = [
    'Content-Type',
    'application/problem+json',
    'Content-Length',
    String(body.byteLength),
    'Retry-After',
    String(BUSY_RETRY_SECONDS),
    'Access-Control-Expose-Headers',
    'retry-after',
  ];
  const toAnybody = [...always, 'Access-Control-Allow-Origin', '*'];

  function headersFor({ headers: { origin } }: IncomingMessage): string[] {
    if (origin === undefined || !listed.has(origin)) return toAnybody;
    // Without cookies this grants what the star does; with them a browser wants to be named.
    return [...always, 'Access-Control-Allow-Origin', origin, 'Access-Control-Allow-Credentials', 'true'];
  }

  function hold(socket: Socket): void {
    if (socket.destroyed || isProxy(socket.remoteAddress ?? '')) return; // a proxy's next request is somebody else's
    socket.pause();
    setTimeout(() => socket.resume(), HOLD_MS).unref();
  }

  return {
    refuse(request, response) {
      const { socket } = request;
      const isSmall = announcedBytes(request) <= SMALL_BODY_BYTES;
      const headers = headersFor(request);
      response.writeHead(503, isSmall ? headers : [...headers, 'Connection', 'close']);
      response.end(body);
      if (!isSmall) {
        countCut('refused_body');
        return; // Node closes it behind the answer
      }
      const impatience = setTimeout(() => {
        countCut('slow_body');
        socket.destroy();
      }, THROW_AWAY_MS);
      request.once('close', () => clearTimeout(impatience));
      request.once('end', () => {
        clearTimeout(impatience);
        hold(socket);
      });
      request.resume();
    },
  };
}
