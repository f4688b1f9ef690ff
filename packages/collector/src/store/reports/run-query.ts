import type { Readable } from 'node:stream';
import { ClickHouseError } from '@clickhouse/client';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import type { CompiledQuery } from './compiled-query.js';
import { EXPORT_FORMATS, type ExportFormat } from './export-formats.js';

/** Why the store gave up on a question. */
export type Excess = 'time' | 'rows' | 'memory';

/** A question took more than it may; the next one is answered as ever. */
export class QueryTooHeavy extends Error {
  readonly excess: Excess;

  constructor(excess: Excess, cause: unknown) {
    super(`the query took more ${excess} than it may`, { cause });
    this.name = 'QueryTooHeavy';
    this.excess = excess;
  }
}

/** @see ClickHouse, src/Common/ErrorCodes.cpp */
const EXCESSES: Readonly<Record<string, Excess>> = {
  158: 'rows', // TOO_MANY_ROWS
  159: 'time', // TIMEOUT_EXCEEDED
  160: 'time', // TOO_SLOW
  241: 'memory', // MEMORY_LIMIT_EXCEEDED
  307: 'rows', // TOO_MANY_BYTES
};

/** @throws {QueryTooHeavy} and what the client throws. */
export async function runQuery(store: StoreConnection, { sql, bound }: CompiledQuery): Promise<readonly unknown[]> {
  return guarded(() => queryRows(store, sql, bound));
}

/** The rows in a format of the store's own, as it makes them. @throws as `runQuery`, before the first byte. */
export async function streamQuery(
  store: StoreConnection,
  { sql, bound }: CompiledQuery,
  format: ExportFormat,
): Promise<Readable> {
  const { stream } = await guarded(() =>
    store.client().exec({
      query: `${sql}\n  FORMAT ${EXPORT_FORMATS[format].name}`,
      query_params: bound,
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
    }),
  );
  return stream;
}

/** The same row by row, each a list of its columns; nothing is kept. @throws as `runQuery`; `rows` where `each` throws a RangeError. */
export async function eachRow<Row>(
  store: StoreConnection,
  { sql, bound }: CompiledQuery,
  each: (row: Row) => void,
): Promise<void> {
  await guarded(async () => {
    const answer = await store.client().query({
      query: sql,
      query_params: bound,
      format: 'JSONCompactEachRow',
      clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
    });
    for await (const rows of answer.stream<Row>()) for (const row of rows) each(row.json<Row>());
  });
}

async function guarded<T>(ask: () => Promise<T>): Promise<T> {
  try {
    return await ask();
  } catch (error) {
    const excess =
      error instanceof RangeError ? 'rows' : error instanceof ClickHouseError ? EXCESSES[error.code] : undefined;
    if (excess === undefined) throw error;
    throw new QueryTooHeavy(excess, error);
  }
}
