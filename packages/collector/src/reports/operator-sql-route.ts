import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { HttpProblem } from '../observe/http-problem.js';
import { readJson } from '../observe/read-json.js';
import { storeStarting } from '../observe/store-starting.js';
import type { StoreConnection } from '../store/connect.js';
import { runStatement, type SqlAnswer } from '../store/operator/run-statement.js';
import { type AccessOf, accessBy, openToKeys } from '../workspaces/open-to-keys.js';
import type { Registry } from '../workspaces/registry.js';
import { requireFromHere } from '../workspaces/require-from-here.js';

export interface OperatorSqlOptions {
  readonly registry: Registry;
  readonly store: StoreConnection;
  readonly storeReady: () => boolean;
}

const BODY_MAX_BYTES = 65_536;
const bodySchema = z.strictObject({ sql: z.string().min(1).max(BODY_MAX_BYTES) });

/**
 * `POST /v1/admin/sql`: SQL over all workspaces, for the operator's key and from this machine alone.
 */
export function registerOperatorSqlRoute(app: FastifyInstance, options: OperatorSqlOptions): void {
  const byKey = accessBy(options.registry, 'operator');
  const operator: AccessOf = (request) => {
    requireFromHere(request, 'SQL is');
    return byKey(request);
  };
  openToKeys(app, operator, BODY_MAX_BYTES);

  app.post('/v1/admin/sql', async (request): Promise<SqlAnswer> => {
    const sql = readSql(request.body);
    if (!options.storeReady()) {
      throw storeStarting();
    }
    const outcome = await runStatement(options.store, sql);
    if (outcome.kind === 'refused') throw new HttpProblem('invalid_query', outcome.reason, { field: 'sql' });
    return outcome.answer;
  });
}

function readSql(body: unknown): string {
  const read = bodySchema.safeParse(readJson(body));
  if (!read.success) throw new HttpProblem('invalid_request', 'sql: one statement as text.', { field: 'sql' });
  return read.data.sql;
}
