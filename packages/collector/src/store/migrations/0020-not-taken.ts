import type { Migration } from './migration.js';

/**
 * Who sent what was not taken. Of rejected events of before, of a server's and of people who said no to risk control it is not
 * known, which the zero UUID says.
 */
const WHOSE = `
    ALTER TABLE rejected ADD COLUMN IF NOT EXISTS visitor_id UUID`;

/** Copies that were recognised: a row stands for all of a queue within seconds. */
const COPIES = `
    CREATE TABLE IF NOT EXISTS copies (
      workspace_id String,
      app_id LowCardinality(String),
      queue_id UUID,
      visitor_id UUID,
      received_at DateTime64(3, 'UTC'),
      copies UInt32,
      first_seq UInt64,
      last_seq UInt64,
      times UInt32,
      kept UInt32,
      kept_seq UInt64,
      first_day Date,
      last_day Date
    )
    ENGINE = ReplacingMergeTree
    PARTITION BY toYear(received_at)
    ORDER BY (workspace_id, visitor_id, received_at, queue_id)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000`;

export const notTaken: Migration = { number: 20, name: 'not_taken', statements: [WHOSE, COPIES] };
