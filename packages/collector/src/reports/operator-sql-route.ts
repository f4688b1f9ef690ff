import { isIP } from 'node:net';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { HttpProblem } from '../observe/http-problem.js';
import { takeBodies } from '../observe/take-bodies.js';
import type { StoreConnection } from '../store/connect.js';
import { runStatement, type SqlAnswer } from '../store/operator/run-statement.js';
import { authorise, requestKey } from '../workspaces/authorise.js';
import type { Registry } from '../workspaces/registry.js';

export interface OperatorSqlOptions {
  readonly registry: Registry;
  readonly store: StoreConnection;
  readonly storeReady: () => boolean;
}

const BODY_MAX_BYTES = 65_536;
const FORWARDED = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];
const bodySchema = z.strictObject({ sql: z.string().min(1).max(BODY_MAX_BYTES) });

/**
 * `POST /v1/admin/sql`: SQL over all workspaces, for the operator's key and from this machine alone. A proxy on this machine
 * speaks for others, so what came through one is not from here.
 */
export function registerOperatorSqlRoute(app: FastifyInstance, options: OperatorSqlOptions): void {
  takeBodies(app, 'string', BODY_MAX_BYTES);

  /** Before the body. */
  app.addHook('onRequest', async (request, reply) => {
    reply.header('Cache-Control', 'no-store');
    if (!isFromHere(request)) throw new HttpProblem('forbidden', 'SQL is for the machine that the collector runs on.');
    authorise(options.registry, requestKey(request), 'operator');
  });

  app.post('/v1/admin/sql', async (request): Promise<SqlAnswer> => {
    const sql = readSql(request.body);
    if (!options.storeReady()) {
      throw new HttpProblem('store_unavailable', 'The store is starting; try again in a moment.', {
        retryAfterSeconds: 1,
      });
    }
    const outcome = await runStatement(options.store, sql);
    if (outcome.kind === 'refused') throw new HttpProblem('invalid_query', outcome.reason, { field: 'sql' });
    return outcome.answer;
  });
}

/** By the connection itself, never by what a header says. */
function isFromHere({ socket, headers }: FastifyRequest): boolean {
  const address = (socket.remoteAddress ?? '').replace(/^::ffff:/, '');
  const isLoopback = address === '::1' || (isIP(address) === 4 && address.startsWith('127.'));
  return isLoopback && FORWARDED.every((name) => headers[name] === undefined);
}

function readSql(body: unknown): string {
  let value: unknown;
  try {
    value = JSON.parse(String(body));
  } catch {
    throw new HttpProblem('unreadable_body', 'The body is not JSON.');
  }
  const read = bodySchema.safeParse(value);
  if (!read.success) throw new HttpProblem('invalid_request', 'sql: one statement as text.', { field: 'sql' });
  return read.data.sql;
}
