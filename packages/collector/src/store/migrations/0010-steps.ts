import type { Migration } from './migration.js';

const DURABLE =
  'fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, min_parts_to_merge_at_once = 8';

const PURPOSES = `
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes`;

/** What a funnel asks about, sorted by what was done: a step's rows lie together, and the others are never read. */
const STEPS = `
    CREATE TABLE IF NOT EXISTS steps (
      workspace_id String,
      app_id LowCardinality(String),
      kind LowCardinality(String),
      subject String,
      day Date,
      visitor_id UUID,
      occurred_at DateTime64(3, 'UTC'),
      surface LowCardinality(String),
      purposes UInt8,
      events SimpleAggregateFunction(sum, UInt64)
    )
    ENGINE = AggregatingMergeTree
    PARTITION BY toYear(day)
    ORDER BY (workspace_id, app_id, kind, subject, day, visitor_id, occurred_at, surface, purposes)
    SETTINGS ${DURABLE}`;

const GROUPS = (source: string) => `
    SELECT
      workspace_id,
      app_id,
      multiIf(event_type = 'conversion', 'goal', event_type = 'order', 'order', 'view') AS kind,
      multiIf(event_type = 'conversion', name, event_type = 'order', concat(order_side, '.', order_phase), page) AS subject,
      event_day AS day,
      visitor_id,
      occurred_at,
      surface,
      ${PURPOSES},
      count() AS events
    FROM ${source}
    WHERE event_type IN ('page_view', 'screen_view', 'conversion', 'order')
    GROUP BY workspace_id, app_id, kind, subject, day, visitor_id, occurred_at, surface, purposes`;

/** Page statistics of whole days: of a month, a report would else put thousands of small states together. */
const PAGE_DAYS = `
    CREATE TABLE IF NOT EXISTS page_days (
      workspace_id String,
      app_id LowCardinality(String),
      day Date,
      surface LowCardinality(String),
      page String,
      purposes UInt8,
      views SimpleAggregateFunction(sum, UInt64),
      view_ends SimpleAggregateFunction(sum, UInt64),
      visitors AggregateFunction(uniqExact, UInt64),
      dwell_ms AggregateFunction(quantilesExactInclusive(0.5), UInt32)
    )
    ENGINE = AggregatingMergeTree
    PARTITION BY toYear(day)
    ORDER BY (workspace_id, app_id, day, surface, page, purposes)
    SETTINGS ${DURABLE}`;

const DAYS = (source: string) => `
    SELECT
      workspace_id,
      app_id,
      event_day AS day,
      surface,
      page,
      ${PURPOSES},
      countIf(event_type != 'view_end') AS views,
      countIf(event_type = 'view_end') AS view_ends,
      uniqExactStateIf(cityHash64(visitor_id), event_type != 'view_end') AS visitors,
      quantilesExactInclusiveStateIf(0.5)(dwell_ms, event_type = 'view_end') AS dwell_ms
    FROM ${source}
    WHERE event_type IN ('page_view', 'screen_view', 'view_end')
    GROUP BY workspace_id, app_id, day, surface, page, purposes`;

const filled = (table: string, create: string, groups: (source: string) => string) => [
  `DROP VIEW IF EXISTS ${table}_view`,
  `DROP TABLE IF EXISTS ${table}`,
  create,
  `INSERT INTO ${table} SETTINGS max_partitions_per_insert_block = 101 ${groups('events FINAL')}`,
  `CREATE MATERIALIZED VIEW IF NOT EXISTS ${table}_view TO ${table} AS ${groups('events')}`,
];

export const STEP_VIEWS = { steps: GROUPS, page_days: DAYS } as const;

export const steps: Migration = {
  number: 10,
  name: 'steps',
  statements: [...filled('steps', STEPS, GROUPS), ...filled('page_days', PAGE_DAYS, DAYS)],
};
