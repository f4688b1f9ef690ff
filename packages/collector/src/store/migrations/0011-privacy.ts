import type { Migration } from './migration.js';

/** Control data: written once an erasure or a day, so nothing here is tuned. */
const DURABLE = 'fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000';

/** Who was erased, as an HMAC: it tells whether an id is theirs, and nothing else. Rows are never taken out. */
const SUPPRESSIONS = `
    CREATE TABLE IF NOT EXISTS suppressions (
      workspace_id String,
      key_id String,
      hmac String,
      since DateTime64(3, 'UTC')
    )
    ENGINE = ReplacingMergeTree
    ORDER BY (workspace_id, key_id, hmac)
    SETTINGS ${DURABLE}`;

/** The keys of these HMACs. All collectors of a store must refuse the same people, so it lies here, too. */
const SUPPRESSION_KEYS = `
    CREATE TABLE IF NOT EXISTS suppression_keys (
      key_id String,
      key String,
      created_at DateTime64(3, 'UTC')
    )
    ENGINE = ReplacingMergeTree
    ORDER BY key_id
    SETTINGS ${DURABLE}`;

export const privacy: Migration = { number: 11, name: 'privacy', statements: [SUPPRESSIONS, SUPPRESSION_KEYS] };
