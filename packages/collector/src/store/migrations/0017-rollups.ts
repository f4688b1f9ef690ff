import type { Migration } from './migration.js';

/*
 * Counts that outlive their events. Whoever counts a group anew from raw events has to know whether they are all there still, and
 * a horizon would not tell: imported history is older than any, and whole.
 */
const ROLLUP_DAYS = 'ALTER TABLE workspaces ADD COLUMN IF NOT EXISTS rollup_days UInt32 AFTER retention_days';

const EXPIRED_DAYS = `
    CREATE TABLE IF NOT EXISTS expired_days (
      workspace_id String,
      day Date
    )
    ENGINE = ReplacingMergeTree
    ORDER BY (workspace_id, day)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1`;

export const rollups: Migration = { number: 17, name: 'rollups', statements: [ROLLUP_DAYS, EXPIRED_DAYS] };
