import type { Migration } from './migration.js';

/** What the collector finds out about the sender of a batch. Rows of before know nothing of it. */
const SENDER = `
    ALTER TABLE events
      ADD COLUMN IF NOT EXISTS ua_family LowCardinality(String) AFTER user_agent,
      ADD COLUMN IF NOT EXISTS os_family LowCardinality(String) AFTER ua_family,
      ADD COLUMN IF NOT EXISTS device_class LowCardinality(String) AFTER os_family,
      ADD COLUMN IF NOT EXISTS bot_signals Array(LowCardinality(String)) AFTER is_bot,
      ADD COLUMN IF NOT EXISTS country LowCardinality(String) AFTER ip_prefix,
      ADD COLUMN IF NOT EXISTS region LowCardinality(String) AFTER country`;

export const enrichment: Migration = { number: 6, name: 'enrichment', statements: [SENDER] };
