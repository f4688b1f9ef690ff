import type { Migration } from './migration.js';

/** What was decided by a model, with what it knew: any answer can be given again. A month a partition. */
const DECISIONS = `
    CREATE TABLE IF NOT EXISTS decisions (
      workspace_id String,
      decision_id UUID,
      decided_at DateTime64(3, 'UTC'),
      user_id String,
      product_id String,
      order_side LowCardinality(String),
      model_version LowCardinality(String),
      asked String,
      facts String,
      answer String
    )
    ENGINE = ReplacingMergeTree
    PARTITION BY toYYYYMM(decided_at)
    ORDER BY (workspace_id, decision_id)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000`;

export const decisions: Migration = { number: 15, name: 'decisions', statements: [DECISIONS] };
