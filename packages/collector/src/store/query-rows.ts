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
