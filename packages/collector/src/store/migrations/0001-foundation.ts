import type { Migration } from './migration.js';

/*
 * A migration is never edited after it has landed. Each statement may run twice.
 *
 * Every table syncs what it acknowledges, and remembers the tokens of its last loads: without a window of its own,
 * a view's target would count a load twice when it is sent again.
 *
 * Partitions are years: a device's clock may say any time from 2000 to 2100, and a load must never have more blocks than
 * a table remembers tokens. A thousand months in one hostile batch would.
 *
 * Eight parts at least are merged at once: rows are rewritten less often, and merging is the engine's largest cost.
 */
const DURABLE =
  'fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000, min_parts_to_merge_at_once = 8';

/** The events as they came, one row each. The engine is the last net for duplicates: equal keys collapse. */
const EVENTS = `
    CREATE TABLE IF NOT EXISTS events (
      workspace_id String,
      app_id LowCardinality(String),
      surface LowCardinality(String),
      release LowCardinality(String),
      sdk_name LowCardinality(String),
      sdk_version LowCardinality(String),
      queue_id UUID,
      batch_id UUID,
      visitor_id UUID,
      user_id String,
      account_id String,
      session_id UUID,
      session_started_at DateTime64(3, 'UTC'),
      user_agent LowCardinality(String),
      is_bot UInt8,
      ip_prefix LowCardinality(String),
      locale LowCardinality(String),
      time_zone LowCardinality(String),
      network_type LowCardinality(String),
      screen_width UInt16,
      screen_height UInt16,
      consent_analytics Enum8('unknown' = 0, 'granted' = 1, 'denied' = 2),
      consent_marketing Enum8('unknown' = 0, 'granted' = 1, 'denied' = 2),
      consent_risk Enum8('unknown' = 0, 'granted' = 1, 'denied' = 2),
      received_at DateTime64(3, 'UTC'),
      clock_skew_ms Int64,
      historical UInt8,
      event_day Date,
      event_id UUID,
      event_type LowCardinality(String),
      name LowCardinality(String),
      seq UInt64,
      occurred_at DateTime64(3, 'UTC'),
      corrected_at DateTime64(3, 'UTC'),
      monotonic_ms UInt64,
      page String,
      view_id UUID,
      url String,
      title String,
      referrer String,
      template LowCardinality(String),
      from_page String,
      way LowCardinality(String),
      dwell_ms UInt32,
      visible_ms UInt32,
      focused_ms UInt32,
      depth_ratio Float32,
      value Float64,
      amount Decimal(18, 4),
      currency LowCardinality(String),
      order_id String,
      product_id String,
      order_side LowCardinality(String),
      order_phase LowCardinality(String),
      shares Decimal(18, 4),
      price Decimal(18, 4),
      sample_weight Float32,
      message String,
      previous_visitor_id UUID,
      props Map(LowCardinality(String), String)
    )
    ENGINE = ReplacingMergeTree
    PARTITION BY toYear(event_day)
    ORDER BY (workspace_id, app_id, event_day, session_id, event_id)
    SETTINGS ${DURABLE}`;

/** What was refused, with the reason. A batch sent again brings the same refusals, which collapse. */
const REJECTED = `
    CREATE TABLE IF NOT EXISTS rejected (
      workspace_id String,
      app_id LowCardinality(String),
      batch_id UUID,
      event_index UInt32,
      event_id String,
      reason LowCardinality(String),
      field LowCardinality(String),
      raw String,
      received_at DateTime64(3, 'UTC')
    )
    ENGINE = ReplacingMergeTree
    PARTITION BY toYear(received_at)
    ORDER BY (workspace_id, batch_id, event_index)
    SETTINGS ${DURABLE}`;

/** One row a session once merged. The day is the session's own first-stamped one, the same for all its events. */
const SESSIONS = `
    CREATE TABLE IF NOT EXISTS sessions (
      workspace_id String,
      app_id LowCardinality(String),
      session_day Date,
      session_id UUID,
      visitor_id SimpleAggregateFunction(any, UUID),
      user_id SimpleAggregateFunction(max, String),
      is_bot SimpleAggregateFunction(max, UInt8),
      first_at SimpleAggregateFunction(min, DateTime64(3, 'UTC')),
      last_at SimpleAggregateFunction(max, DateTime64(3, 'UTC')),
      events SimpleAggregateFunction(sum, UInt64),
      h5_views SimpleAggregateFunction(sum, UInt64),
      native_views SimpleAggregateFunction(sum, UInt64),
      conversions SimpleAggregateFunction(sum, UInt64),
      entry AggregateFunction(argMin, Tuple(page String, surface LowCardinality(String)), Tuple(DateTime64(3, 'UTC'), UInt64)),
      exit AggregateFunction(argMax, Tuple(page String, surface LowCardinality(String)), Tuple(DateTime64(3, 'UTC'), UInt64))
    )
    ENGINE = AggregatingMergeTree
    PARTITION BY toYear(session_day)
    ORDER BY (workspace_id, app_id, session_day, session_id)
    SETTINGS ${DURABLE}`;

const SESSIONS_VIEW = `
    CREATE MATERIALIZED VIEW IF NOT EXISTS sessions_view TO sessions AS
    SELECT
      workspace_id,
      app_id,
      toDate(session_started_at) AS session_day,
      session_id,
      any(visitor_id) AS visitor_id,
      max(user_id) AS user_id,
      max(is_bot) AS is_bot,
      min(occurred_at) AS first_at,
      max(occurred_at) AS last_at,
      count() AS events,
      countIf(event_type IN ('page_view', 'screen_view') AND surface = 'h5') AS h5_views,
      countIf(event_type IN ('page_view', 'screen_view') AND surface = 'native') AS native_views,
      countIf(event_type = 'conversion') AS conversions,
      argMinStateIf(
        CAST((page, surface), 'Tuple(page String, surface LowCardinality(String))'), (occurred_at, seq), event_type IN ('page_view', 'screen_view')
      ) AS entry,
      argMaxStateIf(
        CAST((page, surface), 'Tuple(page String, surface LowCardinality(String))'), (occurred_at, seq), event_type IN ('page_view', 'screen_view')
      ) AS exit
    FROM events
    GROUP BY workspace_id, app_id, session_day, session_id`;

/** Views, visitors and dwell by hour, surface and page. */
const PAGE_STATS = `
    CREATE TABLE IF NOT EXISTS page_stats (
      workspace_id String,
      app_id LowCardinality(String),
      hour DateTime('UTC'),
      surface LowCardinality(String),
      page String,
      views SimpleAggregateFunction(sum, UInt64),
      visitors AggregateFunction(uniqExact, UUID),
      dwell_ms AggregateFunction(quantilesExactInclusive(0.5), UInt32)
    )
    ENGINE = AggregatingMergeTree
    PARTITION BY toYear(hour)
    ORDER BY (workspace_id, app_id, hour, surface, page)
    SETTINGS ${DURABLE}`;

const PAGE_STATS_VIEW = `
    CREATE MATERIALIZED VIEW IF NOT EXISTS page_stats_view TO page_stats AS
    SELECT
      workspace_id,
      app_id,
      toStartOfHour(toDateTime(occurred_at, 'UTC')) AS hour,
      surface,
      page,
      countIf(event_type != 'view_end') AS views,
      uniqExactStateIf(visitor_id, event_type != 'view_end') AS visitors,
      quantilesExactInclusiveStateIf(0.5)(dwell_ms, event_type = 'view_end') AS dwell_ms
    FROM events
    WHERE event_type IN ('page_view', 'screen_view', 'view_end')
    GROUP BY workspace_id, app_id, hour, surface, page`;

const WORKSPACES = `
    CREATE TABLE IF NOT EXISTS workspaces (
      workspace_id String,
      name String,
      created_at DateTime64(3, 'UTC'),
      version UInt64
    )
    ENGINE = ReplacingMergeTree(version)
    ORDER BY workspace_id
    SETTINGS ${DURABLE}`;

const API_KEYS = `
    CREATE TABLE IF NOT EXISTS api_keys (
      key_hash String,
      workspace_id String,
      kind LowCardinality(String),
      created_at DateTime64(3, 'UTC'),
      revoked UInt8,
      version UInt64
    )
    ENGINE = ReplacingMergeTree(version)
    ORDER BY key_hash
    SETTINGS ${DURABLE}`;

export const foundation: Migration = {
  number: 1,
  name: 'foundation',
  statements: [EVENTS, REJECTED, SESSIONS, SESSIONS_VIEW, PAGE_STATS, PAGE_STATS_VIEW, WORKSPACES, API_KEYS],
};
