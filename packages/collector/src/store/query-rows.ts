import type { ClickHouseSettings } from '@clickhouse/client';
import type { StoreConnection } from './connect.js';

/** Runs one SELECT with bound parameters and reads its rows; 64-bit counts come as numbers. */
export async function queryRows<Row>(
  store: StoreConnection,
  query: string,
  bound: Readonly<Record<string, string | number | readonly string[]>>,
  settings: ClickHouseSettings = {},
): Promise<Row[]> {
  const answer = await store.client().query({
    query,
    query_params: bound,
    format: 'JSONEachRow',
    clickhouse_settings: { ...settings, output_format_json_quote_64bit_integers: 0 },
  });
  return answer.json<Row>();
}

/** As many rows of an answer as were taken. */
export interface FirstRows<Row> {
  readonly rows: readonly Row[];
  /** There are more. */
  readonly isCut: boolean;
}

/** At most so many rows, and so many bytes of their JSON. */
export interface RowBounds {
  readonly rows: number;
  readonly bytes: number;
}

/**
 * The first rows of one SELECT with bound parameters that ends with `LIMIT {limit:UInt32}`, which is bound here. What is beyond the
 * bounds is not read.
 */
export async function queryFirstRows<Row>(
  store: StoreConnection,
  query: string,
  bound: Readonly<Record<string, string | number | readonly string[]>>,
  most: RowBounds,
): Promise<FirstRows<Row>> {
  const answer = await store.client().query({
    query,
    query_params: { ...bound, limit: most.rows + 1 }, // whether there are more
    format: 'JSONEachRow',
    clickhouse_settings: { output_format_json_quote_64bit_integers: 0 },
  });
  const rows: Row[] = [];
  let bytes = 0;
  for await (const chunk of answer.stream<Row>()) {
    for (const row of chunk) {
      bytes += Buffer.byteLength(row.text);
      if (rows.length === most.rows || bytes > most.bytes) return { rows, isCut: true };
      rows.push(row.json());
    }
  }
  return { rows, isCut: false };
}
