import { TidemarkError } from '../observe/errors.js';
import type { StoreConnection } from './connect.js';
import { queryRows } from './query-rows.js';

/**
 * The least ClickHouse that knows every word of the schema. What came last of them is the setting of a table
 * `min_parts_to_merge_at_once` (ClickHouse pull request 71637, November 2024).
 */
export const LEAST_CLICKHOUSE = '24.12';

/** In words that servers of any age know. */
export async function readServerVersion(store: StoreConnection): Promise<string> {
  const [row] = await queryRows<{ readonly version: string }>(store, 'SELECT version() AS version', {});
  return row?.version ?? '';
}

/** Release numbers count; what cannot be read as two of them is not judged. */
export function isTooOld(version: string): boolean {
  const [year, month] = release(version);
  const [leastYear, leastMonth] = release(LEAST_CLICKHOUSE);
  return year < leastYear || (year === leastYear && month < leastMonth);
}

/** @throws {TidemarkError} `store_too_old`: nothing was changed there, and trying again will not help. */
export async function requireServerVersion(store: StoreConnection): Promise<void> {
  const version = await readServerVersion(store);
  if (!isTooOld(version)) return;
  throw new TidemarkError(
    'store_too_old',
    `the ClickHouse server is version ${version}; Tidemark needs ${LEAST_CLICKHOUSE} or later: upgrade the server, or set TIDEMARK_CLICKHOUSE_URL to another`,
  );
}

function release(version: string): readonly [year: number, month: number] {
  const [, year, month] = /^(\d+)\.(\d+)/.exec(version) ?? [];
  return year === undefined || month === undefined ? [Number.NaN, Number.NaN] : [Number(year), Number(month)];
}
