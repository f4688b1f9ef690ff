import { ClickHouseError } from '@clickhouse/client';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { type EngineFacts, faultOfText, faultOfTree } from './check-statement.js';

/** Rows of an answer at most. */
const SQL_ROWS_MAX = 10_000;

export interface SqlAnswer {
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  /** In the order of the columns, as the engine writes them in JSON; 64-bit integers are texts, so that no digit is lost. */
  readonly rows: readonly (readonly unknown[])[];
  /** There were more than `SQL_ROWS_MAX`. */
  readonly cut: boolean;
}

export type SqlOutcome =
  | { readonly kind: 'answered'; readonly answer: SqlAnswer }
  /** Not run, or given up: the reason, in a sentence. */
  | { readonly kind: 'refused'; readonly reason: string };

/** Sent with the statement, never set for the connection: to the embedded engine they would stick. */
const LIMITS = {
  readonly: '2',
  max_execution_time: 30,
  max_memory_usage: '2000000000',
  max_rows_to_read: '2000000000',
  max_result_rows: String(SQL_ROWS_MAX + 1),
  max_result_bytes: '67108864',
  result_overflow_mode: 'break',
  output_format_json_quote_64bit_integers: 1,
} as const;

const FACTS = `
  SELECT
    (SELECT groupArray(lower(name)) FROM system.table_functions) AS tableFunctions,
    currentDatabase() AS database,
    (SELECT groupArray(name) FROM system.databases) AS databases,
    (SELECT any(engine) FROM system.databases WHERE name = currentDatabase()) AS databaseEngine`;

/** Runs one SELECT of the operator's, after the engine's own parser has said what it would read. */
export async function runStatement(store: StoreConnection, sql: string): Promise<SqlOutcome> {
  const inText = faultOfText(sql);
  if (inText !== undefined) return { kind: 'refused', reason: inText };
  try {
    const tree = await readTree(store, sql);
    const [facts] = await queryRows<EngineFacts>(store, FACTS, {});
    const inTree = facts ? faultOfTree(tree, facts) : 'The store does not tell what it is.';
    if (inTree !== undefined) return { kind: 'refused', reason: inTree };
    const result = await store
      .client()
      .query({ query: `${sql}\n`, format: 'JSONCompact', clickhouse_settings: LIMITS });
    const { meta = [], data } = await result.json<readonly unknown[]>();
    return {
      kind: 'answered',
      answer: { columns: meta, rows: data.slice(0, SQL_ROWS_MAX), cut: data.length > SQL_ROWS_MAX },
    };
  } catch (error) {
    if (!(error instanceof ClickHouseError)) throw error;
    return { kind: 'refused', reason: `The store refused (${error.code}): ${error.message.slice(0, 500)}` };
  }
}

/** The engine's own reading of a statement. A format or settings behind it would be taken for the statement's. */
async function readTree(store: StoreConnection, sql: string): Promise<string[]> {
  const { stream } = await store.client().exec({ query: `EXPLAIN AST ${sql}\n` });
  let text = '';
  for await (const chunk of stream) text += String(chunk);
  return text.split('\n').filter((line) => line !== '');
}
