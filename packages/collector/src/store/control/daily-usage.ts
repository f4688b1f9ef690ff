import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';

/** New events that one collector accepted for a workspace in a day. */
export interface DailyUsageRecord {
  readonly workspaceId: string;
  /** Day since 1970-01-01 (UTC). */
  readonly day: number;
  readonly collectorId: string;
  readonly events: number;
}

const INSERT = `
  INSERT INTO daily_usage (workspace_id, day, collector_id, events)
  SELECT {workspaceId:String}, toDate({day:UInt16}), {collectorId:String}, {events:UInt64}`;

/** A count only grows: of two the higher holds. */
export async function writeDailyUsage(store: StoreConnection, records: readonly DailyUsageRecord[]): Promise<void> {
  for (const record of records) await store.client().command({ query: INSERT, query_params: { ...record } });
}

const OF_DAY = `
  SELECT workspace_id AS workspaceId, toUInt16(usage.day) AS day, collector_id AS collectorId, events
  FROM daily_usage AS usage FINAL WHERE usage.day = toDate({day:UInt16})`;

/** What all collectors accepted in a day. */
export function readDailyUsage(store: StoreConnection, day: number): Promise<DailyUsageRecord[]> {
  return queryRows<DailyUsageRecord>(store, OF_DAY, { day });
}
