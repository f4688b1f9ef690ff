import type { Migration } from './migration.js';

/** What an operator tells the pages of a workspace; written by hand a few times a year, so nothing here is tuned. */
const CLIENT_CONFIGS = `
    CREATE TABLE IF NOT EXISTS client_configs (
      workspace_id String,
      enabled UInt8,
      sampling String,
      version UInt64
    )
    ENGINE = ReplacingMergeTree(version)
    ORDER BY workspace_id
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000`;

export const clientConfigs: Migration = {
  number: 2,
  name: 'client-configs',
  statements: [CLIENT_CONFIGS],
};
