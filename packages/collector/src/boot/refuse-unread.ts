import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { announcedBytes } from '../ingest/admission.js';
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
/** What a refusal costs, about 0.1 ms with the reading of its body, must stay a twentieth of the time: 500 a second. */
const REFUSAL_EVERY_MS = 2;
const HOLD_MIN_MS = 1_000;
/** When refusals are booked for so long ahead, what else comes is closed without an answer. */
const HOLD_MAX_MS = 30_000;

/**
 * Refusing is done a hundred times for each request that is taken when senders do not keep to `Retry-After`. So the
 * answer is made of ready parts, no route is looked for, and nothing more is read from a sender until its next turn to
 * be refused: it waits in the kernel at no cost. `Retry-After` says a second more than that, so that who keeps to it
 * does not notice, and a crowd is spread instead of coming back at once.
 */
export function createRefusal({ isProxy, cookieOrigins, countCut }: GuardOptions): Refusal {
  const body = JSON.stringify(new HttpProblem('busy', 'The collector has its hands full; try again later.').body());
  const listed = new Set(cookieOrigins);
  let nextTurnMs = 0;
  const always = [
    'Content-Type',
    'application/problem+json',
    'Content-Length',
    String(Buffer.byteLength(body)),
    'Access-Control-Expose-Headers',
    'retry-after',
  ];
  const toAnybody = [...always, 'Access-Control-Allow-Origin', '*'];

  /** @returns how long until this sender's next turn, milliseconds. */
  function bookTurn(): number {
    const nowMs = performance.now();
    nextTurnMs = Math.max(nextTurnMs + REFUSAL_EVERY_MS, nowMs + HOLD_MIN_MS);
    return nextTurnMs - nowMs;
  }

  function headersFor({ headers: { origin } }: IncomingMessage): string[] {
    if (origin === undefined || !listed.has(origin)) return toAnybody;
    // Without cookies this grants what the star does; with them a browser wants to be named.
    return [...always, 'Access-Control-Allow-Origin', origin, 'Access-Control-Allow-Credentials', 'true'];
  }

  function hold(socket: Socket, ms: number): void {
    if (socket.destroyed || isProxy(socket.remoteAddress ?? '')) return; // a proxy's next request is somebody else's
    socket.pause();
    setTimeout(() => socket.resume(), ms).unref();
  }

  return {
    refuse(request, response) {
      const { socket } = request;
      if (nextTurnMs - performance.now() > HOLD_MAX_MS) {
        countCut('crowd');
        socket.destroy();
        return;
      }
      const holdMs = bookTurn();
      const isSmall = announcedBytes(request) <= SMALL_BODY_BYTES;
      const headers = [...headersFor(request), 'Retry-After', String(Math.ceil(holdMs / 1_000) + 1)];
      response.writeHead(503, isSmall ? headers : [...headers, 'Connection', 'close']);
      response.end(body); // a text goes out in one write with its head
      if (!isSmall) {
        countCut('refused_body');
        return; // Node closes it behind the answer
      }
      if (request.complete) {
        hold(socket, holdMs);
        return;
      }
      const impatience = setTimeout(() => {
        countCut('slow_body');
        socket.destroy();
      }, THROW_AWAY_MS);
      request.once('close', () => clearTimeout(impatience));
      request.once('end', () => {
        clearTimeout(impatience);
        hold(socket, holdMs);
      });
      request.resume();
    },
  };
}
