import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { announcedBytes } from '../../ingest/admission.js';
import { HttpProblem } from '../../observe/http-problem.js';
import type { GuardOptions } from './guard-options.js';

export interface Refusal {
  /** Answers 503 before anything of the body was read. */
  refuse(request: IncomingMessage, response: ServerResponse): void;
  /** Told of each request that was taken and is over: so many more may be refused. */
  noteTaken(): void;
}

/** A small body is thrown away and the connection stays; not to read a large one costs the connection. */
const SMALL_BODY_BYTES = 64 * 1_024;
/** So long may throwing away take. */
const THROW_AWAY_MS = 1_000;
const HOLD_MIN_MS = 1_000;
const HOLD_MAX_MS = 30_000;
/**
 * A refusal costs a thirteenth of taking a batch of fifty and a seventh of taking a batch of one (104, 1,345 and 630
 * microseconds of a busy core). One for eight that are taken leaves 98 hundredths of the time to these.
 */
const TAKEN_PER_REFUSAL = 8;
/** At the least and at the most so many milliseconds between two refusals, however much is taken. */
const TURN_MS = { least: 2, most: 50 };
const RATE_WINDOW_MS = 500;

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
  let turnMs = TURN_MS.least;
  let taken = 0;
  let windowStartMs = performance.now();
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
    const windowMs = nowMs - windowStartMs;
    if (windowMs >= RATE_WINDOW_MS) {
      turnMs = Math.min(Math.max((TAKEN_PER_REFUSAL * windowMs) / taken, TURN_MS.least), TURN_MS.most);
      taken = 0;
      windowStartMs = nowMs;
    }
    nextTurnMs = Math.min(Math.max(nextTurnMs + turnMs, nowMs + HOLD_MIN_MS), nowMs + HOLD_MAX_MS);
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
    noteTaken: () => void taken++,
    refuse(request, response) {
      const { socket } = request;
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
