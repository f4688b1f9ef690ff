import { timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { ChdbConnections } from './chdb-connections.js';
import type { BodyLoader } from './load-body.js';
import { readRequestParams, settingsClause } from './protocol-params.js';
import { statementKind } from './statement-kind.js';

export interface HttpInterfaceOptions {
  readonly connections: ChdbConnections;
  readonly loader: BodyLoader;
  readonly user: string;
  readonly password: string;
}

/** Statements are ours; this bounds what a mistake can do. Bodies of INSERTs are data and go to a file. */
const STATEMENT_MAX_BYTES = 4 * 1_048_576;

/** Bound values stand in the address. What a question holds came in an address itself, and may be escaped twice since. */
const ADDRESS_MAX_BYTES = 131_072;

/** The part of ClickHouse's HTTP interface that its JavaScript client uses, in front of the embedded engine. */
export function createHttpInterface(options: HttpInterfaceOptions): Server {
  const expected = Buffer.from(`Basic ${Buffer.from(`${options.user}:${options.password}`).toString('base64')}`);

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://engine');
    if (url.pathname === '/ping') return end(response, 200, 'Ok.\n');
    if (!isAuthorised(request.headers.authorization, expected)) {
      return end(response, 401, 'Code: 516. DB::Exception: Authentication failed. (AUTHENTICATION_FAILED)', 516);
    }
    const params = readRequestParams(url.searchParams);
    if (params.queryId) response.setHeader('X-ClickHouse-Query-Id', params.queryId);
    const inAddress = params.query === undefined ? undefined : statementKind(params.query);
    if (inAddress?.kind === 'insert') {
      return end(response, 200, await options.loader.load(inAddress, settingsClause(params.settings), request));
    }
    const sql = `${params.query ?? ''}${await readStatement(request)}`.trim().replace(/;$/, '');
    const statement = statementKind(sql);
    if (statement.kind === 'insert' && statement.file !== undefined) {
      return end(response, 200, await options.loader.load(statement, settingsClause(params.settings), request));
    }
    if (statement.kind === 'read') {
      return end(response, 200, await options.connections.read(sql + settingsClause(params.settings), params.bound));
    }
    options.loader.forgetTables();
    return end(response, 200, await options.connections.write(sql + settingsClause(params.settings), params.bound));
  }

  return createServer({ maxHeaderSize: ADDRESS_MAX_BYTES }, (request, response) => {
    answer(request, response).catch((error: unknown) => {
      const message = error instanceof Error ? error.message : String(error);
      request.resume(); // an unread body would hold the connection
      end(response, 500, message, exceptionCode(message));
    });
  });
}

function isAuthorised(header: string | undefined, expected: Buffer): boolean {
  const given = Buffer.from(header ?? '');
  return given.length === expected.length && timingSafeEqual(given, expected);
}

async function readStatement(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > STATEMENT_MAX_BYTES) throw new Error('Code: 62. DB::Exception: Statement too long. (SYNTAX_ERROR)');
    chunks.push(chunk as Buffer); // no encoding was set: chunks are buffers
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** "Code: 60. DB::Exception: ..." as ClickHouse writes it; 1002 is its own "unknown exception". */
function exceptionCode(message: string): number {
  return Number(/Code: (\d+)\./.exec(message)?.[1] ?? 1002);
}

function end(response: ServerResponse, status: number, body: string | Uint8Array, exception?: number): void {
  if (exception !== undefined) response.setHeader('X-ClickHouse-Exception-Code', String(exception));
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=UTF-8' });
  response.end(body);
}
