import type { Migration } from './migration.js';

/** Control data is written by hand, audit and usage a few times a minute: nothing here is tuned. */
const DURABLE = 'fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000';

const WORKSPACE_SETTINGS = `
    ALTER TABLE workspaces
      ADD COLUMN IF NOT EXISTS disabled UInt8 AFTER created_at,
      ADD COLUMN IF NOT EXISTS retention_days UInt32 AFTER disabled,
      ADD COLUMN IF NOT EXISTS daily_events UInt64 AFTER retention_days,
      ADD COLUMN IF NOT EXISTS allowed_origins Array(String) AFTER daily_events`;

/** A key of an earlier release has no scopes: those of its kind stand in when it is read. */
const KEY_SETTINGS = `
    ALTER TABLE api_keys
      ADD COLUMN IF NOT EXISTS name String AFTER revoked,
      ADD COLUMN IF NOT EXISTS scopes Array(LowCardinality(String)) AFTER name,
      ADD COLUMN IF NOT EXISTS origins Array(String) AFTER scopes,
      ADD COLUMN IF NOT EXISTS expires_at DateTime64(3, 'UTC') AFTER origins,
      ADD COLUMN IF NOT EXISTS requests_per_second UInt32 AFTER expires_at`;

/** The hash is in the key: should two collectors ever write under one chain, both are kept, and the check says so. */
const AUDIT_LOG = `
    CREATE TABLE IF NOT EXISTS audit_log (
      chain_id String,
      number UInt64,
      at DateTime64(3, 'UTC'),
      actor String,
      address_prefix String,
      action LowCardinality(String),
      workspace_id String,
      subject String,
      detail String,
      previous_hash String,
      hash String
    )
    ENGINE = ReplacingMergeTree
    ORDER BY (chain_id, number, hash)
    SETTINGS ${DURABLE}`;

const DAILY_USAGE = `
    CREATE TABLE IF NOT EXISTS daily_usage (
      workspace_id String,
      day Date,
      collector_id String,
      events UInt64
    )
    ENGINE = ReplacingMergeTree(events)
    ORDER BY (day, workspace_id, collector_id)
    SETTINGS ${DURABLE}`;

export const workspaces: Migration = {
  number: 5,
  name: 'workspaces',
  statements: [WORKSPACE_SETTINGS, KEY_SETTINGS, AUDIT_LOG, DAILY_USAGE],
};
