import type { Migration } from './migration.js';

const SERVER_COLUMNS = `
    ALTER TABLE events
      ADD COLUMN IF NOT EXISTS remaining_shares Decimal(18, 4) AFTER shares,
      ADD COLUMN IF NOT EXISTS period_at DateTime64(3, 'UTC') AFTER price,
      ADD COLUMN IF NOT EXISTS revision UInt16 AFTER period_at,
      ADD COLUMN IF NOT EXISTS source LowCardinality(String) AFTER revision`;

/** Columns for what only servers send; they belong to no session, and the reports of sessions pass them over. */
export const serverEvents: Migration = { number: 7, name: 'server-events', statements: [SERVER_COLUMNS] };
