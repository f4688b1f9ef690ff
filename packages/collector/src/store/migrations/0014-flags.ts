import type { Migration } from './migration.js';

/**
 * What the risk feed tells. A collector writes a flag anew with each change, under the position of that change; a flag is read
 * by its id and the feed by position, so both are found without a scan of what is old.
 */
const FLAGS = `
    CREATE TABLE IF NOT EXISTS flags (
      workspace_id String,
      flag_id UUID,
      collector_id UUID,
      kind LowCardinality(String),
      severity LowCardinality(String),
      entity_kind LowCardinality(String),
      subject_id String,
      surface LowCardinality(String),
      status LowCardinality(String),
      status_reason String,
      status_by String,
      status_at DateTime64(3, 'UTC'),
      snoozed_until DateTime64(3, 'UTC'),
      score Float64,
      count UInt32,
      first_at DateTime64(3, 'UTC'),
      last_at DateTime64(3, 'UTC'),
      raised_at DateTime64(3, 'UTC'),
      metrics String,
      event_ids Array(UUID),
      reasons String,
      detector LowCardinality(String),
      detector_version UInt16,
      rolled_up UInt32,
      position UInt64,
      INDEX by_position position TYPE minmax GRANULARITY 1
    )
    ENGINE = ReplacingMergeTree(position)
    ORDER BY (workspace_id, flag_id, collector_id)
    TTL toDateTime(last_at) + INTERVAL 2 YEAR
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000`;

export const flags: Migration = { number: 14, name: 'flags', statements: [FLAGS] };
