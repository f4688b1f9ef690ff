import type { Migration } from './migration.js';

/*
 * The views beside page statistics and sessions. States are sums wherever a sum will do: what a view costs, every event
 * pays. All keys come from the event's own first stamp, so that a copy which arrives late finds the place of the original.
 *
 * A step cut short is run again whole: each table is dropped and filled anew from the events that are there, before its
 * view takes over. Nothing is loaded while migrations run.
 */
const DURABLE =
  'fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, min_parts_to_merge_at_once = 8';

interface View {
  readonly table: string;
  /** Columns in order; those of the key first. */
  readonly columns: string;
  readonly partition: string;
  readonly key: string;
  /** Groups rows by the key. */
  readonly groups: (source: string) => string;
}

/** Which page led to which, how, and how often. The event itself tells, so that no row has to be joined with another. */
const TRANSITIONS: View = {
  table: 'transitions',
  columns: `
      workspace_id String,
      app_id LowCardinality(String),
      hour DateTime('UTC'),
      surface LowCardinality(String),
      from_page String,
      page String,
      way LowCardinality(String),
      transitions SimpleAggregateFunction(sum, UInt64)`,
  partition: 'toYear(hour)',
  key: 'workspace_id, app_id, hour, surface, from_page, page, way',
  groups: (source) => `
    SELECT
      workspace_id,
      app_id,
      toStartOfHour(toDateTime(occurred_at, 'UTC')) AS hour,
      surface,
      from_page,
      page,
      way,
      count() AS transitions
    FROM ${source}
    WHERE event_type = 'transition'
    GROUP BY workspace_id, app_id, hour, surface, from_page, page, way`,
};

/** What one person did on one day: retention, habits and regularity are read from here. */
const USER_DAYS: View = {
  table: 'user_days',
  columns: `
      workspace_id String,
      app_id LowCardinality(String),
      day Date,
      user_id String,
      visitor_id UUID,
      surface LowCardinality(String),
      is_bot SimpleAggregateFunction(max, UInt8),
      first_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
      last_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
      active_hours SimpleAggregateFunction(groupBitOr, UInt32),
      events SimpleAggregateFunction(sum, UInt64),
      views SimpleAggregateFunction(sum, UInt64),
      dwell_ms SimpleAggregateFunction(sum, UInt64),
      conversions SimpleAggregateFunction(sum, UInt64),
      subscriptions_placed SimpleAggregateFunction(sum, UInt64),
      sales_placed SimpleAggregateFunction(sum, UInt64)`,
  partition: 'toYear(day)',
  key: 'workspace_id, app_id, day, user_id, visitor_id, surface',
  groups: (source) => `
    SELECT
      workspace_id,
      app_id,
      event_day AS day,
      user_id,
      visitor_id,
      surface,
      max(is_bot) AS is_bot,
      min(occurred_at) AS first_at,
      max(occurred_at) AS last_at,
      groupBitOr(bitShiftLeft(toUInt32(1), toHour(occurred_at, 'UTC'))) AS active_hours,
      count() AS events,
      countIf(event_type IN ('page_view', 'screen_view')) AS views,
      sumIf(dwell_ms, event_type = 'view_end') AS dwell_ms,
      countIf(event_type = 'conversion') AS conversions,
      countIf(order_phase = 'placed' AND order_side = 'subscribe') AS subscriptions_placed,
      countIf(order_phase = 'placed' AND order_side = 'sell') AS sales_placed
    FROM ${source}
    GROUP BY workspace_id, app_id, day, user_id, visitor_id, surface`,
};

/** How busy each minute was: rushes begin and end within minutes. */
const MINUTE_ACTIVITY: View = {
  table: 'minute_activity',
  columns: `
      workspace_id String,
      app_id LowCardinality(String),
      minute DateTime('UTC'),
      surface LowCardinality(String),
      events SimpleAggregateFunction(sum, UInt64),
      views SimpleAggregateFunction(sum, UInt64),
      clicks SimpleAggregateFunction(sum, UInt64),
      conversions SimpleAggregateFunction(sum, UInt64),
      subscriptions_placed SimpleAggregateFunction(sum, UInt64),
      sales_placed SimpleAggregateFunction(sum, UInt64),
      errors SimpleAggregateFunction(sum, UInt64),
      visitors AggregateFunction(uniqExact, UUID)`,
  partition: 'toYear(minute)',
  key: 'workspace_id, app_id, minute, surface',
  groups: (source) => `
    SELECT
      workspace_id,
      app_id,
      toStartOfMinute(toDateTime(occurred_at, 'UTC')) AS minute,
      surface,
      count() AS events,
      countIf(event_type IN ('page_view', 'screen_view')) AS views,
      countIf(event_type = 'click') AS clicks,
      countIf(event_type = 'conversion') AS conversions,
      countIf(order_phase = 'placed' AND order_side = 'subscribe') AS subscriptions_placed,
      countIf(order_phase = 'placed' AND order_side = 'sell') AS sales_placed,
      countIf(event_type = 'error') AS errors,
      uniqExactState(visitor_id) AS visitors
    FROM ${source}
    GROUP BY workspace_id, app_id, minute, surface`,
};

/** Goals reached, on which page, by how many, for how much. Amounts of different currencies are never added up. */
const GOALS: View = {
  table: 'goals',
  columns: `
      workspace_id String,
      app_id LowCardinality(String),
      hour DateTime('UTC'),
      surface LowCardinality(String),
      goal LowCardinality(String),
      page String,
      currency LowCardinality(String),
      conversions SimpleAggregateFunction(sum, UInt64),
      amount SimpleAggregateFunction(sum, Decimal(38, 4)),
      visitors AggregateFunction(uniqExact, UUID)`,
  partition: 'toYear(hour)',
  key: 'workspace_id, app_id, hour, surface, goal, page, currency',
  groups: (source) => `
    SELECT
      workspace_id,
      app_id,
      toStartOfHour(toDateTime(occurred_at, 'UTC')) AS hour,
      surface,
      name AS goal,
      page,
      currency,
      count() AS conversions,
      sum(amount) AS amount,
      uniqExactState(visitor_id) AS visitors
    FROM ${source}
    WHERE event_type = 'conversion'
    GROUP BY workspace_id, app_id, hour, surface, goal, page, currency`,
};

function statements({ table, columns, partition, key, groups }: View): string[] {
  return [
    `DROP VIEW IF EXISTS ${table}_view`,
    `DROP TABLE IF EXISTS ${table}`,
    `CREATE TABLE IF NOT EXISTS ${table} (${columns}
    )
    ENGINE = AggregatingMergeTree
    PARTITION BY ${partition}
    ORDER BY (${key})
    SETTINGS ${DURABLE}`,
    // Years from 2000 to 2100: more partitions than an insert is otherwise let have.
    `INSERT INTO ${table} SETTINGS max_partitions_per_insert_block = 101 ${groups('events FINAL')}`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${table}_view TO ${table} AS ${groups('events')}`,
  ];
}

export const views: Migration = {
  number: 4,
  name: 'views',
  statements: [TRANSITIONS, USER_DAYS, MINUTE_ACTIVITY, GOALS].flatMap(statements),
};
