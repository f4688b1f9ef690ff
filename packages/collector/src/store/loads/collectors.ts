import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';

/** What one collector tells the others. */
export interface CollectorState {
  readonly collectorId: string;
  /** Comma-separated. */
  readonly roles: string;
  /** It has stopped, with nothing left half done. */
  readonly gone: boolean;
  /** It wants all loads to stand still: the name of that hold, or `NO_HOLD`. */
  readonly hold: string;
  /** The hold during which it loads nothing, or `NO_HOLD`. */
  readonly honours: string;
}

export interface SeenCollector extends CollectorState {
  /** Since it was last heard of, milliseconds by the store's clock. */
  readonly ageMs: number;
}

export const NO_HOLD = '00000000-0000-0000-0000-000000000000';

const TELL = `
  INSERT INTO collectors (collector_id, roles, seen_at, gone, hold, honours)
  SELECT {collectorId:UUID}, {roles:String}, now64(3, 'UTC'), {gone:UInt8}, {hold:UUID}, {honours:UUID}`;

/** Replaces what was told before. Once this has returned, every reader sees it. */
export async function tellState(store: StoreConnection, state: CollectorState): Promise<void> {
  await store.client().command({
    query: TELL,
    query_params: { ...state, gone: state.gone ? 1 : 0 },
    clickhouse_settings: { async_insert: 0 },
  });
}

const READ = `
  SELECT
    toString(collector_id) AS collectorId,
    roles,
    gone = 1 AS gone,
    toString(hold) AS hold,
    toString(honours) AS honours,
    dateDiff('millisecond', seen_at, now64(3, 'UTC')) AS ageMs
  FROM collectors FINAL
  WHERE seen_at > now64(3, 'UTC') - INTERVAL 7 DAY
  ORDER BY collector_id`;

/** All collectors of this store that were heard of within seven days. */
export async function readCollectors(store: StoreConnection): Promise<SeenCollector[]> {
  const rows = await queryRows<Omit<SeenCollector, 'gone'> & { readonly gone: boolean | number }>(store, READ, {});
  return rows.map((row) => ({ ...row, gone: Boolean(row.gone) }));
}
