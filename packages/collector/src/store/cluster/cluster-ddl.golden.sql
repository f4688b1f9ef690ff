CREATE TABLE IF NOT EXISTS schema_migrations ON CLUSTER main (number UInt32, name String, applied_at DateTime64(3, 'UTC'))
    ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}') ORDER BY number
  SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS events_local ON CLUSTER main (
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
    ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')
    PARTITION BY toYear(event_day)
    ORDER BY (workspace_id, app_id, event_day, session_id, event_id)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800, min_parts_to_merge_at_once = 8;

CREATE TABLE IF NOT EXISTS events ON CLUSTER main AS events_local
    ENGINE = Distributed('main', 'tidemark', 'events_local', cityHash64(workspace_id, visitor_id));

CREATE TABLE IF NOT EXISTS rejected_local ON CLUSTER main (
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
    ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')
    PARTITION BY toYear(received_at)
    ORDER BY (workspace_id, batch_id, event_index)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800, min_parts_to_merge_at_once = 8;

CREATE TABLE IF NOT EXISTS rejected ON CLUSTER main AS rejected_local
    ENGINE = Distributed('main', 'tidemark', 'rejected_local', cityHash64(workspace_id, batch_id, event_index));

CREATE TABLE IF NOT EXISTS sessions_local ON CLUSTER main (
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
    ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')
    PARTITION BY toYear(session_day)
    ORDER BY (workspace_id, app_id, session_day, session_id)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800, min_parts_to_merge_at_once = 8;

CREATE TABLE IF NOT EXISTS sessions ON CLUSTER main AS sessions_local
    ENGINE = Distributed('main', 'tidemark', 'sessions_local', cityHash64(workspace_id, visitor_id));

CREATE MATERIALIZED VIEW IF NOT EXISTS sessions_view ON CLUSTER main TO sessions_local AS
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
    FROM events_local
    GROUP BY workspace_id, app_id, session_day, session_id;

CREATE TABLE IF NOT EXISTS page_stats_local ON CLUSTER main (
      workspace_id String,
      app_id LowCardinality(String),
      hour DateTime('UTC'),
      surface LowCardinality(String),
      page String,
      views SimpleAggregateFunction(sum, UInt64),
      visitors AggregateFunction(uniqExact, UUID),
      dwell_ms AggregateFunction(quantilesExactInclusive(0.5), UInt32)
    )
    ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')
    PARTITION BY toYear(hour)
    ORDER BY (workspace_id, app_id, hour, surface, page)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800, min_parts_to_merge_at_once = 8;

CREATE TABLE IF NOT EXISTS page_stats ON CLUSTER main AS page_stats_local
    ENGINE = Distributed('main', 'tidemark', 'page_stats_local', cityHash64(workspace_id, app_id, hour, surface, page));

CREATE MATERIALIZED VIEW IF NOT EXISTS page_stats_view ON CLUSTER main TO page_stats_local AS
    SELECT
      workspace_id,
      app_id,
      toStartOfHour(toDateTime(occurred_at, 'UTC')) AS hour,
      surface,
      page,
      countIf(event_type != 'view_end') AS views,
      uniqExactStateIf(visitor_id, event_type != 'view_end') AS visitors,
      quantilesExactInclusiveStateIf(0.5)(dwell_ms, event_type = 'view_end') AS dwell_ms
    FROM events_local
    WHERE event_type IN ('page_view', 'screen_view', 'view_end')
    GROUP BY workspace_id, app_id, hour, surface, page;

CREATE TABLE IF NOT EXISTS workspaces ON CLUSTER main (
      workspace_id String,
      name String,
      created_at DateTime64(3, 'UTC'),
      version UInt64
    )
    ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}', version)
    ORDER BY workspace_id
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800, min_parts_to_merge_at_once = 8;

CREATE TABLE IF NOT EXISTS api_keys ON CLUSTER main (
      key_hash String,
      workspace_id String,
      kind LowCardinality(String),
      created_at DateTime64(3, 'UTC'),
      revoked UInt8,
      version UInt64
    )
    ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}', version)
    ORDER BY key_hash
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800, min_parts_to_merge_at_once = 8;

CREATE TABLE IF NOT EXISTS client_configs ON CLUSTER main (
      workspace_id String,
      enabled UInt8,
      sampling String,
      version UInt64
    )
    ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}', version)
    ORDER BY workspace_id
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800;

ALTER TABLE events_local ON CLUSTER main
      ADD COLUMN IF NOT EXISTS logical_at DateTime64(3, 'UTC') DEFAULT occurred_at AFTER monotonic_ms,
      ADD COLUMN IF NOT EXISTS logical_count UInt16 AFTER logical_at;

ALTER TABLE events ON CLUSTER main
      ADD COLUMN IF NOT EXISTS logical_at DateTime64(3, 'UTC') DEFAULT occurred_at AFTER monotonic_ms,
      ADD COLUMN IF NOT EXISTS logical_count UInt16 AFTER logical_at;

ALTER TABLE events_local ON CLUSTER main
      ADD COLUMN IF NOT EXISTS from_template LowCardinality(String) AFTER way,
      ADD COLUMN IF NOT EXISTS modules Array(LowCardinality(String)) AFTER from_template;

ALTER TABLE events ON CLUSTER main
      ADD COLUMN IF NOT EXISTS from_template LowCardinality(String) AFTER way,
      ADD COLUMN IF NOT EXISTS modules Array(LowCardinality(String)) AFTER from_template;

DROP VIEW IF EXISTS sessions_view ON CLUSTER main SYNC;

CREATE MATERIALIZED VIEW IF NOT EXISTS sessions_view ON CLUSTER main TO sessions_local AS
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
        CAST((page, surface), 'Tuple(page String, surface LowCardinality(String))'), (logical_at, bitShiftLeft(toUInt64(logical_count), 48) + seq), event_type IN ('page_view', 'screen_view')
      ) AS entry,
      argMaxStateIf(
        CAST((page, surface), 'Tuple(page String, surface LowCardinality(String))'), (logical_at, bitShiftLeft(toUInt64(logical_count), 48) + seq), event_type IN ('page_view', 'screen_view')
      ) AS exit
    FROM events_local
    GROUP BY workspace_id, app_id, session_day, session_id;

CREATE TABLE IF NOT EXISTS aliases_local ON CLUSTER main (
      workspace_id String,
      previous_visitor_id UUID,
      visitor_id UUID,
      aliased_at SimpleAggregateFunction(min, DateTime64(3, 'UTC'))
    )
    ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')
    ORDER BY (workspace_id, previous_visitor_id, visitor_id)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800;

CREATE TABLE IF NOT EXISTS aliases ON CLUSTER main AS aliases_local
    ENGINE = Distributed('main', 'tidemark', 'aliases_local', cityHash64(workspace_id, visitor_id));

CREATE MATERIALIZED VIEW IF NOT EXISTS aliases_view ON CLUSTER main TO aliases_local AS 
    SELECT workspace_id, previous_visitor_id, visitor_id, min(occurred_at) AS aliased_at
    FROM events_local
    WHERE event_type = 'alias' AND previous_visitor_id != visitor_id
    GROUP BY workspace_id, previous_visitor_id, visitor_id;

INSERT INTO aliases 
    SELECT workspace_id, previous_visitor_id, visitor_id, min(occurred_at) AS aliased_at
    FROM events
    WHERE event_type = 'alias' AND previous_visitor_id != visitor_id
    GROUP BY workspace_id, previous_visitor_id, visitor_id;

DROP VIEW IF EXISTS transitions_view ON CLUSTER main SYNC;

DROP TABLE IF EXISTS transitions ON CLUSTER main SYNC;

DROP TABLE IF EXISTS transitions_local ON CLUSTER main SYNC;

CREATE TABLE IF NOT EXISTS transitions_local ON CLUSTER main (
      workspace_id String,
      app_id LowCardinality(String),
      hour DateTime('UTC'),
      surface LowCardinality(String),
      from_page String,
      page String,
      way LowCardinality(String),
      transitions SimpleAggregateFunction(sum, UInt64)
    )
    ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')
    PARTITION BY toYear(hour)
    ORDER BY (workspace_id, app_id, hour, surface, from_page, page, way)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800, min_parts_to_merge_at_once = 8;

CREATE TABLE IF NOT EXISTS transitions ON CLUSTER main AS transitions_local
    ENGINE = Distributed('main', 'tidemark', 'transitions_local', cityHash64(workspace_id, app_id, hour, surface, from_page, page, way));

INSERT INTO transitions SETTINGS max_partitions_per_insert_block = 101 
    SELECT
      workspace_id,
      app_id,
      toStartOfHour(toDateTime(occurred_at, 'UTC')) AS hour,
      surface,
      from_page,
      page,
      way,
      count() AS transitions
    FROM events FINAL
    WHERE event_type = 'transition'
    GROUP BY workspace_id, app_id, hour, surface, from_page, page, way;

CREATE MATERIALIZED VIEW IF NOT EXISTS transitions_view ON CLUSTER main TO transitions_local AS 
    SELECT
      workspace_id,
      app_id,
      toStartOfHour(toDateTime(occurred_at, 'UTC')) AS hour,
      surface,
      from_page,
      page,
      way,
      count() AS transitions
    FROM events_local
    WHERE event_type = 'transition'
    GROUP BY workspace_id, app_id, hour, surface, from_page, page, way;

DROP VIEW IF EXISTS user_days_view ON CLUSTER main SYNC;

DROP TABLE IF EXISTS user_days ON CLUSTER main SYNC;

DROP TABLE IF EXISTS user_days_local ON CLUSTER main SYNC;

CREATE TABLE IF NOT EXISTS user_days_local ON CLUSTER main (
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
      sales_placed SimpleAggregateFunction(sum, UInt64)
    )
    ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')
    PARTITION BY toYear(day)
    ORDER BY (workspace_id, app_id, day, user_id, visitor_id, surface)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800, min_parts_to_merge_at_once = 8;

CREATE TABLE IF NOT EXISTS user_days ON CLUSTER main AS user_days_local
    ENGINE = Distributed('main', 'tidemark', 'user_days_local', cityHash64(workspace_id, visitor_id));

INSERT INTO user_days SETTINGS max_partitions_per_insert_block = 101 
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
    FROM events FINAL
    GROUP BY workspace_id, app_id, day, user_id, visitor_id, surface;

CREATE MATERIALIZED VIEW IF NOT EXISTS user_days_view ON CLUSTER main TO user_days_local AS 
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
    FROM events_local
    GROUP BY workspace_id, app_id, day, user_id, visitor_id, surface;

DROP VIEW IF EXISTS minute_activity_view ON CLUSTER main SYNC;

DROP TABLE IF EXISTS minute_activity ON CLUSTER main SYNC;

DROP TABLE IF EXISTS minute_activity_local ON CLUSTER main SYNC;

CREATE TABLE IF NOT EXISTS minute_activity_local ON CLUSTER main (
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
      visitors AggregateFunction(uniqExact, UUID)
    )
    ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')
    PARTITION BY toYear(minute)
    ORDER BY (workspace_id, app_id, minute, surface)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800, min_parts_to_merge_at_once = 8;

CREATE TABLE IF NOT EXISTS minute_activity ON CLUSTER main AS minute_activity_local
    ENGINE = Distributed('main', 'tidemark', 'minute_activity_local', cityHash64(workspace_id, app_id, minute, surface));

INSERT INTO minute_activity SETTINGS max_partitions_per_insert_block = 101 
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
    FROM events FINAL
    GROUP BY workspace_id, app_id, minute, surface;

CREATE MATERIALIZED VIEW IF NOT EXISTS minute_activity_view ON CLUSTER main TO minute_activity_local AS 
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
    FROM events_local
    GROUP BY workspace_id, app_id, minute, surface;

DROP VIEW IF EXISTS goals_view ON CLUSTER main SYNC;

DROP TABLE IF EXISTS goals ON CLUSTER main SYNC;

DROP TABLE IF EXISTS goals_local ON CLUSTER main SYNC;

CREATE TABLE IF NOT EXISTS goals_local ON CLUSTER main (
      workspace_id String,
      app_id LowCardinality(String),
      hour DateTime('UTC'),
      surface LowCardinality(String),
      goal LowCardinality(String),
      page String,
      currency LowCardinality(String),
      conversions SimpleAggregateFunction(sum, UInt64),
      amount SimpleAggregateFunction(sum, Decimal(38, 4)),
      visitors AggregateFunction(uniqExact, UUID)
    )
    ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')
    PARTITION BY toYear(hour)
    ORDER BY (workspace_id, app_id, hour, surface, goal, page, currency)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800, min_parts_to_merge_at_once = 8;

CREATE TABLE IF NOT EXISTS goals ON CLUSTER main AS goals_local
    ENGINE = Distributed('main', 'tidemark', 'goals_local', cityHash64(workspace_id, app_id, hour, surface, goal, page, currency));

INSERT INTO goals SETTINGS max_partitions_per_insert_block = 101 
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
    FROM events FINAL
    WHERE event_type = 'conversion'
    GROUP BY workspace_id, app_id, hour, surface, goal, page, currency;

CREATE MATERIALIZED VIEW IF NOT EXISTS goals_view ON CLUSTER main TO goals_local AS 
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
    FROM events_local
    WHERE event_type = 'conversion'
    GROUP BY workspace_id, app_id, hour, surface, goal, page, currency;

ALTER TABLE workspaces ON CLUSTER main
      ADD COLUMN IF NOT EXISTS disabled UInt8 AFTER created_at,
      ADD COLUMN IF NOT EXISTS retention_days UInt32 AFTER disabled,
      ADD COLUMN IF NOT EXISTS daily_events UInt64 AFTER retention_days,
      ADD COLUMN IF NOT EXISTS allowed_origins Array(String) AFTER daily_events;

ALTER TABLE api_keys ON CLUSTER main
      ADD COLUMN IF NOT EXISTS name String AFTER revoked,
      ADD COLUMN IF NOT EXISTS scopes Array(LowCardinality(String)) AFTER name,
      ADD COLUMN IF NOT EXISTS origins Array(String) AFTER scopes,
      ADD COLUMN IF NOT EXISTS expires_at DateTime64(3, 'UTC') AFTER origins,
      ADD COLUMN IF NOT EXISTS requests_per_second UInt32 AFTER expires_at;

CREATE TABLE IF NOT EXISTS audit_log ON CLUSTER main (
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
    ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}')
    ORDER BY (chain_id, number, hash)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800;

CREATE TABLE IF NOT EXISTS daily_usage ON CLUSTER main (
      workspace_id String,
      day Date,
      collector_id String,
      events UInt64
    )
    ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}', events)
    ORDER BY (day, workspace_id, collector_id)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800;

ALTER TABLE events_local ON CLUSTER main
      ADD COLUMN IF NOT EXISTS ua_family LowCardinality(String) AFTER user_agent,
      ADD COLUMN IF NOT EXISTS os_family LowCardinality(String) AFTER ua_family,
      ADD COLUMN IF NOT EXISTS device_class LowCardinality(String) AFTER os_family,
      ADD COLUMN IF NOT EXISTS bot_signals Array(LowCardinality(String)) AFTER is_bot,
      ADD COLUMN IF NOT EXISTS country LowCardinality(String) AFTER ip_prefix,
      ADD COLUMN IF NOT EXISTS region LowCardinality(String) AFTER country;

ALTER TABLE events ON CLUSTER main
      ADD COLUMN IF NOT EXISTS ua_family LowCardinality(String) AFTER user_agent,
      ADD COLUMN IF NOT EXISTS os_family LowCardinality(String) AFTER ua_family,
      ADD COLUMN IF NOT EXISTS device_class LowCardinality(String) AFTER os_family,
      ADD COLUMN IF NOT EXISTS bot_signals Array(LowCardinality(String)) AFTER is_bot,
      ADD COLUMN IF NOT EXISTS country LowCardinality(String) AFTER ip_prefix,
      ADD COLUMN IF NOT EXISTS region LowCardinality(String) AFTER country;

ALTER TABLE events_local ON CLUSTER main
      ADD COLUMN IF NOT EXISTS remaining_shares Decimal(18, 4) AFTER shares,
      ADD COLUMN IF NOT EXISTS period_at DateTime64(3, 'UTC') AFTER price,
      ADD COLUMN IF NOT EXISTS revision UInt16 AFTER period_at,
      ADD COLUMN IF NOT EXISTS source LowCardinality(String) AFTER revision;

ALTER TABLE events ON CLUSTER main
      ADD COLUMN IF NOT EXISTS remaining_shares Decimal(18, 4) AFTER shares,
      ADD COLUMN IF NOT EXISTS period_at DateTime64(3, 'UTC') AFTER price,
      ADD COLUMN IF NOT EXISTS revision UInt16 AFTER period_at,
      ADD COLUMN IF NOT EXISTS source LowCardinality(String) AFTER revision;

CREATE TABLE IF NOT EXISTS loads_local ON CLUSTER main (
      workspace_id String,
      queue_id UUID,
      first_seq UInt64,
      last_seq UInt64,
      seqs Array(UInt64),
      batch_ids Array(UUID),
      first_day Date,
      last_day Date,
      historical UInt8,
      loaded_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC'),
      INDEX by_batch batch_ids TYPE bloom_filter(0.01) GRANULARITY 1,
      INDEX by_time loaded_at TYPE minmax GRANULARITY 1
    )
    ENGINE = ReplicatedMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')
    ORDER BY (queue_id, workspace_id, first_seq)
    TTL toDateTime(loaded_at) + INTERVAL 8 DAY DELETE WHERE historical = 0
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800;

CREATE TABLE IF NOT EXISTS loads ON CLUSTER main AS loads_local
    ENGINE = Distributed('main', 'tidemark', 'loads_local', cityHash64(queue_id, workspace_id, first_seq));

INSERT INTO loads
    SELECT * FROM (
    SELECT
      workspace_id,
      if(queue_id = toUUID('00000000-0000-0000-0000-000000000000'), event_id, queue_id) AS queue_id,
      min(seq) AS first_seq,
      max(seq) AS last_seq,
      if(last_seq - first_seq + 1 = count(), [], arraySort(groupArray(seq))) AS seqs,
      groupUniqArray(batch_id) AS batch_ids,
      min(event_day) AS first_day,
      max(event_day) AS last_day,
      max(historical) AS historical,
      now64(3, 'UTC') AS loaded_at
    FROM events FINAL
    GROUP BY workspace_id, queue_id)
    WHERE (SELECT count() FROM loads) = 0;

CREATE MATERIALIZED VIEW IF NOT EXISTS loads_view ON CLUSTER main TO loads_local AS 
    SELECT
      workspace_id,
      if(queue_id = toUUID('00000000-0000-0000-0000-000000000000'), event_id, queue_id) AS queue_id,
      min(seq) AS first_seq,
      max(seq) AS last_seq,
      if(last_seq - first_seq + 1 = count(), [], arraySort(groupArray(seq))) AS seqs,
      groupUniqArray(batch_id) AS batch_ids,
      min(event_day) AS first_day,
      max(event_day) AS last_day,
      max(historical) AS historical,
      now64(3, 'UTC') AS loaded_at
    FROM events_local
    GROUP BY workspace_id, queue_id;

CREATE TABLE IF NOT EXISTS double_loads ON CLUSTER main (
      workspace_id String,
      queue_id UUID,
      seq UInt64,
      mend_id UUID,
      surplus UInt32,
      found_at DateTime64(3, 'UTC'),
      mended_at DateTime64(3, 'UTC')
    )
    ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}', mended_at)
    ORDER BY (queue_id, workspace_id, seq, mend_id)
    TTL toDateTime(found_at) + INTERVAL 9 DAY
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

CREATE TABLE IF NOT EXISTS recounts ON CLUSTER main (
      mend_id UUID,
      target LowCardinality(String),
      key String,
      noted_at DateTime64(3, 'UTC') DEFAULT now64(3, 'UTC')
    )
    ENGINE = ReplicatedMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}')
    ORDER BY (mend_id, target)
    TTL toDateTime(noted_at) + INTERVAL 1 DAY;

CREATE TABLE IF NOT EXISTS collectors ON CLUSTER main (
      collector_id UUID,
      roles String,
      seen_at DateTime64(3, 'UTC'),
      gone UInt8,
      hold UUID,
      honours UUID
    )
    ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}', seen_at)
    ORDER BY collector_id
    TTL toDateTime(seen_at) + INTERVAL 7 DAY;

DROP VIEW IF EXISTS sessions_view ON CLUSTER main SYNC;

ALTER TABLE sessions_local ON CLUSTER main DROP COLUMN IF EXISTS entry, DROP COLUMN IF EXISTS exit,
    ADD COLUMN IF NOT EXISTS entry_view SimpleAggregateFunction(max, String), ADD COLUMN IF NOT EXISTS exit_view SimpleAggregateFunction(max, String);

ALTER TABLE sessions ON CLUSTER main DROP COLUMN IF EXISTS entry, DROP COLUMN IF EXISTS exit,
    ADD COLUMN IF NOT EXISTS entry_view SimpleAggregateFunction(max, String), ADD COLUMN IF NOT EXISTS exit_view SimpleAggregateFunction(max, String);

ALTER TABLE sessions_local ON CLUSTER main DELETE WHERE 1 SETTINGS mutations_sync = 2;

ALTER TABLE sessions ON CLUSTER main DELETE WHERE 1 SETTINGS mutations_sync = 2;

INSERT INTO sessions (workspace_id, app_id, session_day, session_id, visitor_id, user_id, is_bot, first_at, last_at, events, h5_views, native_views, conversions, entry_view, exit_view) SETTINGS insert_deduplicate = 0, max_partitions_per_insert_block = 101 
    SELECT workspace_id, app_id, toDate(session_started_at) AS session_day, session_id,
      any(visitor_id) AS visitor_id,
      max(user_id) AS user_id,
      max(is_bot) AS is_bot,
      min(occurred_at) AS first_at,
      max(occurred_at) AS last_at,
      count() AS events,
      countIf(event_type IN ('page_view', 'screen_view') AND surface = 'h5') AS h5_views,
      countIf(event_type IN ('page_view', 'screen_view') AND surface = 'native') AS native_views,
      countIf(event_type = 'conversion') AS conversions,
      maxIf(concat(reverse(reinterpretAsFixedString(bitNot(toUInt64(toUnixTimestamp64Milli(logical_at))))), reverse(reinterpretAsFixedString(bitNot(toUInt64(bitShiftLeft(toUInt64(logical_count), 48) + seq)))), if(surface = 'native', 'n', 'h'), page), event_type IN ('page_view', 'screen_view')) AS entry_view,
      maxIf(concat(reverse(reinterpretAsFixedString(toUInt64(toUnixTimestamp64Milli(logical_at)))), reverse(reinterpretAsFixedString(toUInt64(bitShiftLeft(toUInt64(logical_count), 48) + seq))), if(surface = 'native', 'n', 'h'), page), event_type IN ('page_view', 'screen_view')) AS exit_view
    FROM events FINAL
    WHERE session_id != toUUID('00000000-0000-0000-0000-000000000000') AND consent_analytics != 'denied'
    GROUP BY workspace_id, app_id, session_day, session_id;

CREATE MATERIALIZED VIEW IF NOT EXISTS sessions_view ON CLUSTER main TO sessions_local AS 
    SELECT workspace_id, app_id, toDate(session_started_at) AS session_day, session_id,
      any(visitor_id) AS visitor_id,
      max(user_id) AS user_id,
      max(is_bot) AS is_bot,
      min(occurred_at) AS first_at,
      max(occurred_at) AS last_at,
      count() AS events,
      countIf(event_type IN ('page_view', 'screen_view') AND surface = 'h5') AS h5_views,
      countIf(event_type IN ('page_view', 'screen_view') AND surface = 'native') AS native_views,
      countIf(event_type = 'conversion') AS conversions,
      maxIf(concat(reverse(reinterpretAsFixedString(bitNot(toUInt64(toUnixTimestamp64Milli(logical_at))))), reverse(reinterpretAsFixedString(bitNot(toUInt64(bitShiftLeft(toUInt64(logical_count), 48) + seq)))), if(surface = 'native', 'n', 'h'), page), event_type IN ('page_view', 'screen_view')) AS entry_view,
      maxIf(concat(reverse(reinterpretAsFixedString(toUInt64(toUnixTimestamp64Milli(logical_at)))), reverse(reinterpretAsFixedString(toUInt64(bitShiftLeft(toUInt64(logical_count), 48) + seq))), if(surface = 'native', 'n', 'h'), page), event_type IN ('page_view', 'screen_view')) AS exit_view
    FROM events_local
    WHERE session_id != toUUID('00000000-0000-0000-0000-000000000000') AND consent_analytics != 'denied'
    GROUP BY workspace_id, app_id, session_day, session_id;

DROP VIEW IF EXISTS page_stats_view ON CLUSTER main SYNC;

ALTER TABLE page_stats_local ON CLUSTER main DROP COLUMN IF EXISTS visitors;

ALTER TABLE page_stats ON CLUSTER main DROP COLUMN IF EXISTS visitors;

ALTER TABLE page_stats_local ON CLUSTER main ADD COLUMN IF NOT EXISTS purposes UInt8 AFTER page, MODIFY ORDER BY (workspace_id, app_id, hour, surface, page, purposes), ADD COLUMN IF NOT EXISTS view_ends SimpleAggregateFunction(sum, UInt64) AFTER views,
    ADD COLUMN IF NOT EXISTS visitors AggregateFunction(uniqExact, UInt64) AFTER view_ends;

ALTER TABLE page_stats ON CLUSTER main ADD COLUMN IF NOT EXISTS purposes UInt8 AFTER page, MODIFY ORDER BY (workspace_id, app_id, hour, surface, page, purposes), ADD COLUMN IF NOT EXISTS view_ends SimpleAggregateFunction(sum, UInt64) AFTER views,
    ADD COLUMN IF NOT EXISTS visitors AggregateFunction(uniqExact, UInt64) AFTER view_ends;

ALTER TABLE page_stats_local ON CLUSTER main DELETE WHERE 1 SETTINGS mutations_sync = 2;

ALTER TABLE page_stats ON CLUSTER main DELETE WHERE 1 SETTINGS mutations_sync = 2;

INSERT INTO page_stats (workspace_id, app_id, hour, surface, page, purposes, views, view_ends, visitors, dwell_ms) SETTINGS insert_deduplicate = 0, max_partitions_per_insert_block = 101 
    SELECT workspace_id, app_id, toStartOfHour(toDateTime(occurred_at, 'UTC')) AS hour, surface, page,
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,
      countIf(event_type != 'view_end') AS views,
      countIf(event_type = 'view_end') AS view_ends,
      uniqExactStateIf(cityHash64(visitor_id), event_type != 'view_end') AS visitors,
      quantilesExactInclusiveStateIf(0.5)(dwell_ms, event_type = 'view_end') AS dwell_ms
    FROM events FINAL
    WHERE event_type IN ('page_view', 'screen_view', 'view_end')
    GROUP BY workspace_id, app_id, hour, surface, page, purposes;

CREATE MATERIALIZED VIEW IF NOT EXISTS page_stats_view ON CLUSTER main TO page_stats_local AS 
    SELECT workspace_id, app_id, toStartOfHour(toDateTime(occurred_at, 'UTC')) AS hour, surface, page,
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,
      countIf(event_type != 'view_end') AS views,
      countIf(event_type = 'view_end') AS view_ends,
      uniqExactStateIf(cityHash64(visitor_id), event_type != 'view_end') AS visitors,
      quantilesExactInclusiveStateIf(0.5)(dwell_ms, event_type = 'view_end') AS dwell_ms
    FROM events_local
    WHERE event_type IN ('page_view', 'screen_view', 'view_end')
    GROUP BY workspace_id, app_id, hour, surface, page, purposes;

DROP VIEW IF EXISTS transitions_view ON CLUSTER main SYNC;

ALTER TABLE transitions_local ON CLUSTER main ADD COLUMN IF NOT EXISTS purposes UInt8 AFTER way, MODIFY ORDER BY (workspace_id, app_id, hour, surface, from_page, page, way, purposes);

ALTER TABLE transitions ON CLUSTER main ADD COLUMN IF NOT EXISTS purposes UInt8 AFTER way, MODIFY ORDER BY (workspace_id, app_id, hour, surface, from_page, page, way, purposes);

ALTER TABLE transitions_local ON CLUSTER main DELETE WHERE 1 SETTINGS mutations_sync = 2;

ALTER TABLE transitions ON CLUSTER main DELETE WHERE 1 SETTINGS mutations_sync = 2;

INSERT INTO transitions (workspace_id, app_id, hour, surface, from_page, page, way, purposes, transitions) SETTINGS insert_deduplicate = 0, max_partitions_per_insert_block = 101 
    SELECT workspace_id, app_id, toStartOfHour(toDateTime(occurred_at, 'UTC')) AS hour, surface, from_page, page, way,
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,count() AS transitions
    FROM events FINAL
    WHERE event_type = 'transition'
    GROUP BY workspace_id, app_id, hour, surface, from_page, page, way, purposes;

CREATE MATERIALIZED VIEW IF NOT EXISTS transitions_view ON CLUSTER main TO transitions_local AS 
    SELECT workspace_id, app_id, toStartOfHour(toDateTime(occurred_at, 'UTC')) AS hour, surface, from_page, page, way,
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,count() AS transitions
    FROM events_local
    WHERE event_type = 'transition'
    GROUP BY workspace_id, app_id, hour, surface, from_page, page, way, purposes;

DROP VIEW IF EXISTS user_days_view ON CLUSTER main SYNC;

ALTER TABLE user_days_local ON CLUSTER main ADD COLUMN IF NOT EXISTS purposes UInt8 AFTER surface, MODIFY ORDER BY (workspace_id, app_id, day, user_id, visitor_id, surface, purposes);

ALTER TABLE user_days ON CLUSTER main ADD COLUMN IF NOT EXISTS purposes UInt8 AFTER surface, MODIFY ORDER BY (workspace_id, app_id, day, user_id, visitor_id, surface, purposes);

ALTER TABLE user_days_local ON CLUSTER main DELETE WHERE 1 SETTINGS mutations_sync = 2;

ALTER TABLE user_days ON CLUSTER main DELETE WHERE 1 SETTINGS mutations_sync = 2;

INSERT INTO user_days (workspace_id, app_id, day, user_id, visitor_id, surface, purposes, is_bot, first_at, last_at, active_hours, events, views, dwell_ms, conversions, subscriptions_placed, sales_placed) SETTINGS insert_deduplicate = 0, max_partitions_per_insert_block = 101 
    SELECT workspace_id, app_id, event_day AS day, user_id, visitor_id, surface,
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,
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
    FROM events FINAL
    WHERE visitor_id != toUUID('00000000-0000-0000-0000-000000000000')
    GROUP BY workspace_id, app_id, day, user_id, visitor_id, surface, purposes;

CREATE MATERIALIZED VIEW IF NOT EXISTS user_days_view ON CLUSTER main TO user_days_local AS 
    SELECT workspace_id, app_id, event_day AS day, user_id, visitor_id, surface,
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,
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
    FROM events_local
    WHERE visitor_id != toUUID('00000000-0000-0000-0000-000000000000')
    GROUP BY workspace_id, app_id, day, user_id, visitor_id, surface, purposes;

DROP VIEW IF EXISTS minute_activity_view ON CLUSTER main SYNC;

ALTER TABLE minute_activity_local ON CLUSTER main ADD COLUMN IF NOT EXISTS purposes UInt8 AFTER surface, MODIFY ORDER BY (workspace_id, app_id, minute, surface, purposes);

ALTER TABLE minute_activity ON CLUSTER main ADD COLUMN IF NOT EXISTS purposes UInt8 AFTER surface, MODIFY ORDER BY (workspace_id, app_id, minute, surface, purposes);

ALTER TABLE minute_activity_local ON CLUSTER main DELETE WHERE 1 SETTINGS mutations_sync = 2;

ALTER TABLE minute_activity ON CLUSTER main DELETE WHERE 1 SETTINGS mutations_sync = 2;

INSERT INTO minute_activity (workspace_id, app_id, minute, surface, purposes, events, views, clicks, conversions, subscriptions_placed, sales_placed, errors, visitors) SETTINGS insert_deduplicate = 0, max_partitions_per_insert_block = 101 
    SELECT workspace_id, app_id, toStartOfMinute(toDateTime(occurred_at, 'UTC')) AS minute, surface,
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,
      count() AS events,
      countIf(event_type IN ('page_view', 'screen_view')) AS views,
      countIf(event_type = 'click') AS clicks,
      countIf(event_type = 'conversion') AS conversions,
      countIf(order_phase = 'placed' AND order_side = 'subscribe') AS subscriptions_placed,
      countIf(order_phase = 'placed' AND order_side = 'sell') AS sales_placed,
      countIf(event_type = 'error') AS errors,
      uniqExactStateIf(visitor_id, visitor_id != toUUID('00000000-0000-0000-0000-000000000000')) AS visitors
    FROM events FINAL
    
    GROUP BY workspace_id, app_id, minute, surface, purposes;

CREATE MATERIALIZED VIEW IF NOT EXISTS minute_activity_view ON CLUSTER main TO minute_activity_local AS 
    SELECT workspace_id, app_id, toStartOfMinute(toDateTime(occurred_at, 'UTC')) AS minute, surface,
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,
      count() AS events,
      countIf(event_type IN ('page_view', 'screen_view')) AS views,
      countIf(event_type = 'click') AS clicks,
      countIf(event_type = 'conversion') AS conversions,
      countIf(order_phase = 'placed' AND order_side = 'subscribe') AS subscriptions_placed,
      countIf(order_phase = 'placed' AND order_side = 'sell') AS sales_placed,
      countIf(event_type = 'error') AS errors,
      uniqExactStateIf(visitor_id, visitor_id != toUUID('00000000-0000-0000-0000-000000000000')) AS visitors
    FROM events_local
    
    GROUP BY workspace_id, app_id, minute, surface, purposes;

DROP VIEW IF EXISTS goals_view ON CLUSTER main SYNC;

ALTER TABLE goals_local ON CLUSTER main ADD COLUMN IF NOT EXISTS purposes UInt8 AFTER currency, MODIFY ORDER BY (workspace_id, app_id, hour, surface, goal, page, currency, purposes);

ALTER TABLE goals ON CLUSTER main ADD COLUMN IF NOT EXISTS purposes UInt8 AFTER currency, MODIFY ORDER BY (workspace_id, app_id, hour, surface, goal, page, currency, purposes);

ALTER TABLE goals_local ON CLUSTER main DELETE WHERE 1 SETTINGS mutations_sync = 2;

ALTER TABLE goals ON CLUSTER main DELETE WHERE 1 SETTINGS mutations_sync = 2;

INSERT INTO goals (workspace_id, app_id, hour, surface, goal, page, currency, purposes, conversions, amount, visitors) SETTINGS insert_deduplicate = 0, max_partitions_per_insert_block = 101 
    SELECT workspace_id, app_id, toStartOfHour(toDateTime(occurred_at, 'UTC')) AS hour, surface, name AS goal, page, currency,
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,
      count() AS conversions,
      sum(amount) AS amount,
      uniqExactState(visitor_id) AS visitors
    FROM events FINAL
    WHERE event_type = 'conversion'
    GROUP BY workspace_id, app_id, hour, surface, goal, page, currency, purposes;

CREATE MATERIALIZED VIEW IF NOT EXISTS goals_view ON CLUSTER main TO goals_local AS 
    SELECT workspace_id, app_id, toStartOfHour(toDateTime(occurred_at, 'UTC')) AS hour, surface, name AS goal, page, currency,
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,
      count() AS conversions,
      sum(amount) AS amount,
      uniqExactState(visitor_id) AS visitors
    FROM events_local
    WHERE event_type = 'conversion'
    GROUP BY workspace_id, app_id, hour, surface, goal, page, currency, purposes;

DROP VIEW IF EXISTS steps_view ON CLUSTER main SYNC;

DROP TABLE IF EXISTS steps ON CLUSTER main SYNC;

DROP TABLE IF EXISTS steps_local ON CLUSTER main SYNC;

CREATE TABLE IF NOT EXISTS steps_local ON CLUSTER main (
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
    ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')
    PARTITION BY toYear(day)
    ORDER BY (workspace_id, app_id, kind, subject, day, visitor_id, occurred_at, surface, purposes)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800, min_parts_to_merge_at_once = 8;

CREATE TABLE IF NOT EXISTS steps ON CLUSTER main AS steps_local
    ENGINE = Distributed('main', 'tidemark', 'steps_local', cityHash64(workspace_id, visitor_id));

INSERT INTO steps SETTINGS max_partitions_per_insert_block = 101 
    SELECT
      workspace_id,
      app_id,
      multiIf(event_type = 'conversion', 'goal', event_type = 'order', 'order', 'view') AS kind,
      multiIf(event_type = 'conversion', name, event_type = 'order', concat(order_side, '.', order_phase), page) AS subject,
      event_day AS day,
      visitor_id,
      occurred_at,
      surface,
      
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,
      count() AS events
    FROM events FINAL
    WHERE event_type IN ('page_view', 'screen_view', 'conversion', 'order')
    GROUP BY workspace_id, app_id, kind, subject, day, visitor_id, occurred_at, surface, purposes;

CREATE MATERIALIZED VIEW IF NOT EXISTS steps_view ON CLUSTER main TO steps_local AS 
    SELECT
      workspace_id,
      app_id,
      multiIf(event_type = 'conversion', 'goal', event_type = 'order', 'order', 'view') AS kind,
      multiIf(event_type = 'conversion', name, event_type = 'order', concat(order_side, '.', order_phase), page) AS subject,
      event_day AS day,
      visitor_id,
      occurred_at,
      surface,
      
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,
      count() AS events
    FROM events_local
    WHERE event_type IN ('page_view', 'screen_view', 'conversion', 'order')
    GROUP BY workspace_id, app_id, kind, subject, day, visitor_id, occurred_at, surface, purposes;

DROP VIEW IF EXISTS page_days_view ON CLUSTER main SYNC;

DROP TABLE IF EXISTS page_days ON CLUSTER main SYNC;

DROP TABLE IF EXISTS page_days_local ON CLUSTER main SYNC;

CREATE TABLE IF NOT EXISTS page_days_local ON CLUSTER main (
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
    ENGINE = ReplicatedAggregatingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')
    PARTITION BY toYear(day)
    ORDER BY (workspace_id, app_id, day, surface, page, purposes)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800, min_parts_to_merge_at_once = 8;

CREATE TABLE IF NOT EXISTS page_days ON CLUSTER main AS page_days_local
    ENGINE = Distributed('main', 'tidemark', 'page_days_local', cityHash64(workspace_id, app_id, day, surface, page, purposes));

INSERT INTO page_days SETTINGS max_partitions_per_insert_block = 101 
    SELECT
      workspace_id,
      app_id,
      event_day AS day,
      surface,
      page,
      
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,
      countIf(event_type != 'view_end') AS views,
      countIf(event_type = 'view_end') AS view_ends,
      uniqExactStateIf(cityHash64(visitor_id), event_type != 'view_end') AS visitors,
      quantilesExactInclusiveStateIf(0.5)(dwell_ms, event_type = 'view_end') AS dwell_ms
    FROM events FINAL
    WHERE event_type IN ('page_view', 'screen_view', 'view_end')
    GROUP BY workspace_id, app_id, day, surface, page, purposes;

CREATE MATERIALIZED VIEW IF NOT EXISTS page_days_view ON CLUSTER main TO page_days_local AS 
    SELECT
      workspace_id,
      app_id,
      event_day AS day,
      surface,
      page,
      
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,
      countIf(event_type != 'view_end') AS views,
      countIf(event_type = 'view_end') AS view_ends,
      uniqExactStateIf(cityHash64(visitor_id), event_type != 'view_end') AS visitors,
      quantilesExactInclusiveStateIf(0.5)(dwell_ms, event_type = 'view_end') AS dwell_ms
    FROM events_local
    WHERE event_type IN ('page_view', 'screen_view', 'view_end')
    GROUP BY workspace_id, app_id, day, surface, page, purposes;

CREATE TABLE IF NOT EXISTS suppressions ON CLUSTER main (
      workspace_id String,
      key_id String,
      hmac String,
      since DateTime64(3, 'UTC')
    )
    ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}')
    ORDER BY (workspace_id, key_id, hmac)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800;

CREATE TABLE IF NOT EXISTS suppression_keys ON CLUSTER main (
      key_id String,
      key String,
      created_at DateTime64(3, 'UTC')
    )
    ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}')
    ORDER BY key_id
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800;

ALTER TABLE events_local ON CLUSTER main MODIFY SETTING min_parts_to_merge_at_once = 24;

ALTER TABLE workspaces ON CLUSTER main
      ADD COLUMN IF NOT EXISTS pseudonymous_ids UInt8 AFTER allowed_origins,
      ADD COLUMN IF NOT EXISTS id_salts Array(String) AFTER pseudonymous_ids,
      ADD COLUMN IF NOT EXISTS cookieless UInt8 AFTER id_salts;

CREATE TABLE IF NOT EXISTS flags ON CLUSTER main (
      workspace_id String,
      flag_id UUID,
      collector_id UUID,
      kind LowCardinality(String),
      severity LowCardinality(String),
      entity_kind LowCardinality(String),
      subject_id String,
      surface LowCardinality(String),
      status LowCardinality(String),
      status_reason String,
      status_by String,
      status_at DateTime64(3, 'UTC'),
      snoozed_until DateTime64(3, 'UTC'),
      score Float64,
      count UInt32,
      first_at DateTime64(3, 'UTC'),
      last_at DateTime64(3, 'UTC'),
      raised_at DateTime64(3, 'UTC'),
      metrics String,
      event_ids Array(UUID),
      reasons String,
      detector LowCardinality(String),
      detector_version UInt16,
      rolled_up UInt32,
      position UInt64,
      INDEX by_position position TYPE minmax GRANULARITY 1
    )
    ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}', position)
    ORDER BY (workspace_id, flag_id, collector_id)
    TTL toDateTime(last_at) + INTERVAL 2 YEAR
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800;

CREATE TABLE IF NOT EXISTS decisions ON CLUSTER main (
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
    ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}')
    PARTITION BY toYYYYMM(decided_at)
    ORDER BY (workspace_id, decision_id)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800;

DROP VIEW IF EXISTS sessions_view ON CLUSTER main SYNC;

ALTER TABLE sessions_local ON CLUSTER main ADD COLUMN IF NOT EXISTS events_left_out SimpleAggregateFunction(sum, Float64), ADD COLUMN IF NOT EXISTS h5_views_left_out SimpleAggregateFunction(sum, Float64), ADD COLUMN IF NOT EXISTS native_views_left_out SimpleAggregateFunction(sum, Float64);

ALTER TABLE sessions ON CLUSTER main ADD COLUMN IF NOT EXISTS events_left_out SimpleAggregateFunction(sum, Float64), ADD COLUMN IF NOT EXISTS h5_views_left_out SimpleAggregateFunction(sum, Float64), ADD COLUMN IF NOT EXISTS native_views_left_out SimpleAggregateFunction(sum, Float64);

CREATE MATERIALIZED VIEW IF NOT EXISTS sessions_view ON CLUSTER main TO sessions_local AS 
    SELECT workspace_id, app_id, toDate(session_started_at) AS session_day, session_id,
      any(visitor_id) AS visitor_id,
      max(user_id) AS user_id,
      max(is_bot) AS is_bot,
      min(occurred_at) AS first_at,
      max(occurred_at) AS last_at,
      count() AS events,
      countIf(event_type IN ('page_view', 'screen_view') AND surface = 'h5') AS h5_views,
      countIf(event_type IN ('page_view', 'screen_view') AND surface = 'native') AS native_views,
      countIf(event_type = 'conversion') AS conversions,
      maxIf(concat(reverse(reinterpretAsFixedString(bitNot(toUInt64(toUnixTimestamp64Milli(logical_at))))), reverse(reinterpretAsFixedString(bitNot(toUInt64(bitShiftLeft(toUInt64(logical_count), 48) + seq)))), if(surface = 'native', 'n', 'h'), page), event_type IN ('page_view', 'screen_view')) AS entry_view,
      maxIf(concat(reverse(reinterpretAsFixedString(toUInt64(toUnixTimestamp64Milli(logical_at)))), reverse(reinterpretAsFixedString(toUInt64(bitShiftLeft(toUInt64(logical_count), 48) + seq))), if(surface = 'native', 'n', 'h'), page), event_type IN ('page_view', 'screen_view')) AS exit_view
    ,
      sumIf(toFloat64(sample_weight) - 1, 1) AS events_left_out,
      sumIf(toFloat64(sample_weight) - 1, event_type IN ('page_view', 'screen_view') AND surface = 'h5') AS h5_views_left_out,
      sumIf(toFloat64(sample_weight) - 1, event_type IN ('page_view', 'screen_view') AND surface = 'native') AS native_views_left_out
    FROM events_local
    WHERE consent_analytics != 'denied' AND session_id != toUUID('00000000-0000-0000-0000-000000000000')
    GROUP BY workspace_id, app_id, session_day, session_id;

DROP VIEW IF EXISTS page_stats_view ON CLUSTER main SYNC;

ALTER TABLE page_stats_local ON CLUSTER main ADD COLUMN IF NOT EXISTS views_left_out SimpleAggregateFunction(sum, Float64);

ALTER TABLE page_stats ON CLUSTER main ADD COLUMN IF NOT EXISTS views_left_out SimpleAggregateFunction(sum, Float64);

CREATE MATERIALIZED VIEW IF NOT EXISTS page_stats_view ON CLUSTER main TO page_stats_local AS 
    SELECT workspace_id, app_id, toStartOfHour(toDateTime(occurred_at, 'UTC')) AS hour, surface, page,
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,
      countIf(event_type != 'view_end') AS views,
      countIf(event_type = 'view_end') AS view_ends,
      uniqExactStateIf(cityHash64(visitor_id), event_type != 'view_end') AS visitors,
      quantilesExactInclusiveStateIf(0.5)(dwell_ms, event_type = 'view_end') AS dwell_ms
    ,
      sumIf(toFloat64(sample_weight) - 1, event_type != 'view_end') AS views_left_out
    FROM events_local
    WHERE event_type IN ('page_view', 'screen_view', 'view_end')
    GROUP BY workspace_id, app_id, hour, surface, page, purposes;

DROP VIEW IF EXISTS page_days_view ON CLUSTER main SYNC;

ALTER TABLE page_days_local ON CLUSTER main ADD COLUMN IF NOT EXISTS views_left_out SimpleAggregateFunction(sum, Float64);

ALTER TABLE page_days ON CLUSTER main ADD COLUMN IF NOT EXISTS views_left_out SimpleAggregateFunction(sum, Float64);

CREATE MATERIALIZED VIEW IF NOT EXISTS page_days_view ON CLUSTER main TO page_days_local AS 
    SELECT
      workspace_id,
      app_id,
      event_day AS day,
      surface,
      page,
      
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,
      countIf(event_type != 'view_end') AS views,
      countIf(event_type = 'view_end') AS view_ends,
      uniqExactStateIf(cityHash64(visitor_id), event_type != 'view_end') AS visitors,
      quantilesExactInclusiveStateIf(0.5)(dwell_ms, event_type = 'view_end') AS dwell_ms
    ,
      sumIf(toFloat64(sample_weight) - 1, event_type != 'view_end') AS views_left_out
    FROM events_local
    WHERE event_type IN ('page_view', 'screen_view', 'view_end')
    GROUP BY workspace_id, app_id, day, surface, page, purposes;

DROP VIEW IF EXISTS transitions_view ON CLUSTER main SYNC;

ALTER TABLE transitions_local ON CLUSTER main ADD COLUMN IF NOT EXISTS transitions_left_out SimpleAggregateFunction(sum, Float64), ADD COLUMN IF NOT EXISTS square_excess SimpleAggregateFunction(sum, Float64);

ALTER TABLE transitions ON CLUSTER main ADD COLUMN IF NOT EXISTS transitions_left_out SimpleAggregateFunction(sum, Float64), ADD COLUMN IF NOT EXISTS square_excess SimpleAggregateFunction(sum, Float64);

CREATE MATERIALIZED VIEW IF NOT EXISTS transitions_view ON CLUSTER main TO transitions_local AS 
    SELECT workspace_id, app_id, toStartOfHour(toDateTime(occurred_at, 'UTC')) AS hour, surface, from_page, page, way,
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,count() AS transitions
    ,
      sumIf(toFloat64(sample_weight) - 1, 1) AS transitions_left_out,
      sumIf(toFloat64(sample_weight) * sample_weight - 1, 1) AS square_excess
    FROM events_local
    WHERE event_type = 'transition'
    GROUP BY workspace_id, app_id, hour, surface, from_page, page, way, purposes;

DROP VIEW IF EXISTS minute_activity_view ON CLUSTER main SYNC;

ALTER TABLE minute_activity_local ON CLUSTER main ADD COLUMN IF NOT EXISTS events_left_out SimpleAggregateFunction(sum, Float64), ADD COLUMN IF NOT EXISTS views_left_out SimpleAggregateFunction(sum, Float64), ADD COLUMN IF NOT EXISTS clicks_left_out SimpleAggregateFunction(sum, Float64), ADD COLUMN IF NOT EXISTS errors_left_out SimpleAggregateFunction(sum, Float64), ADD COLUMN IF NOT EXISTS square_excess SimpleAggregateFunction(sum, Float64);

ALTER TABLE minute_activity ON CLUSTER main ADD COLUMN IF NOT EXISTS events_left_out SimpleAggregateFunction(sum, Float64), ADD COLUMN IF NOT EXISTS views_left_out SimpleAggregateFunction(sum, Float64), ADD COLUMN IF NOT EXISTS clicks_left_out SimpleAggregateFunction(sum, Float64), ADD COLUMN IF NOT EXISTS errors_left_out SimpleAggregateFunction(sum, Float64), ADD COLUMN IF NOT EXISTS square_excess SimpleAggregateFunction(sum, Float64);

CREATE MATERIALIZED VIEW IF NOT EXISTS minute_activity_view ON CLUSTER main TO minute_activity_local AS 
    SELECT workspace_id, app_id, toStartOfMinute(toDateTime(occurred_at, 'UTC')) AS minute, surface,
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,
      count() AS events,
      countIf(event_type IN ('page_view', 'screen_view')) AS views,
      countIf(event_type = 'click') AS clicks,
      countIf(event_type = 'conversion') AS conversions,
      countIf(order_phase = 'placed' AND order_side = 'subscribe') AS subscriptions_placed,
      countIf(order_phase = 'placed' AND order_side = 'sell') AS sales_placed,
      countIf(event_type = 'error') AS errors,
      uniqExactStateIf(visitor_id, visitor_id != toUUID('00000000-0000-0000-0000-000000000000')) AS visitors
    ,
      sumIf(toFloat64(sample_weight) - 1, 1) AS events_left_out,
      sumIf(toFloat64(sample_weight) - 1, event_type IN ('page_view', 'screen_view')) AS views_left_out,
      sumIf(toFloat64(sample_weight) - 1, event_type = 'click') AS clicks_left_out,
      sumIf(toFloat64(sample_weight) - 1, event_type = 'error') AS errors_left_out,
      sumIf(toFloat64(sample_weight) * sample_weight - 1, 1) AS square_excess
    FROM events_local
    
    GROUP BY workspace_id, app_id, minute, surface, purposes;

ALTER TABLE workspaces ON CLUSTER main ADD COLUMN IF NOT EXISTS rollup_days UInt32 AFTER retention_days;

CREATE TABLE IF NOT EXISTS expired_days ON CLUSTER main (
      workspace_id String,
      day Date
    )
    ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}-{replica}')
    ORDER BY (workspace_id, day)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1;

DROP VIEW IF EXISTS sessions_view ON CLUSTER main SYNC;

ALTER TABLE sessions_local ON CLUSTER main ADD COLUMN IF NOT EXISTS least_weight SimpleAggregateFunction(min, Float32);

ALTER TABLE sessions ON CLUSTER main ADD COLUMN IF NOT EXISTS least_weight SimpleAggregateFunction(min, Float32);

CREATE MATERIALIZED VIEW IF NOT EXISTS sessions_view ON CLUSTER main TO sessions_local AS 
    SELECT workspace_id, app_id, toDate(session_started_at) AS session_day, session_id,
      any(visitor_id) AS visitor_id,
      max(user_id) AS user_id,
      max(is_bot) AS is_bot,
      min(occurred_at) AS first_at,
      max(occurred_at) AS last_at,
      count() AS events,
      countIf(event_type IN ('page_view', 'screen_view') AND surface = 'h5') AS h5_views,
      countIf(event_type IN ('page_view', 'screen_view') AND surface = 'native') AS native_views,
      countIf(event_type = 'conversion') AS conversions,
      maxIf(concat(reverse(reinterpretAsFixedString(bitNot(toUInt64(toUnixTimestamp64Milli(logical_at))))), reverse(reinterpretAsFixedString(bitNot(toUInt64(bitShiftLeft(toUInt64(logical_count), 48) + seq)))), if(surface = 'native', 'n', 'h'), page), event_type IN ('page_view', 'screen_view')) AS entry_view,
      maxIf(concat(reverse(reinterpretAsFixedString(toUInt64(toUnixTimestamp64Milli(logical_at)))), reverse(reinterpretAsFixedString(toUInt64(bitShiftLeft(toUInt64(logical_count), 48) + seq))), if(surface = 'native', 'n', 'h'), page), event_type IN ('page_view', 'screen_view')) AS exit_view
    ,
      sumIf(toFloat64(sample_weight) - 1, 1) AS events_left_out,
      sumIf(toFloat64(sample_weight) - 1, event_type IN ('page_view', 'screen_view') AND surface = 'h5') AS h5_views_left_out,
      sumIf(toFloat64(sample_weight) - 1, event_type IN ('page_view', 'screen_view') AND surface = 'native') AS native_views_left_out
    ,
      min(sample_weight) AS least_weight
    FROM events_local
    WHERE consent_analytics != 'denied' AND session_id != toUUID('00000000-0000-0000-0000-000000000000')
    GROUP BY workspace_id, app_id, session_day, session_id;

DROP VIEW IF EXISTS user_days_view ON CLUSTER main SYNC;

ALTER TABLE user_days_local ON CLUSTER main ADD COLUMN IF NOT EXISTS least_weight SimpleAggregateFunction(min, Float32);

ALTER TABLE user_days ON CLUSTER main ADD COLUMN IF NOT EXISTS least_weight SimpleAggregateFunction(min, Float32);

CREATE MATERIALIZED VIEW IF NOT EXISTS user_days_view ON CLUSTER main TO user_days_local AS 
    SELECT workspace_id, app_id, event_day AS day, user_id, visitor_id, surface,
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,
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
    ,
      min(sample_weight) AS least_weight
    FROM events_local
    WHERE visitor_id != toUUID('00000000-0000-0000-0000-000000000000')
    GROUP BY workspace_id, app_id, day, user_id, visitor_id, surface, purposes;

DROP VIEW IF EXISTS steps_view ON CLUSTER main SYNC;

ALTER TABLE steps_local ON CLUSTER main ADD COLUMN IF NOT EXISTS greatest_weight SimpleAggregateFunction(max, Float32);

ALTER TABLE steps ON CLUSTER main ADD COLUMN IF NOT EXISTS greatest_weight SimpleAggregateFunction(max, Float32);

CREATE MATERIALIZED VIEW IF NOT EXISTS steps_view ON CLUSTER main TO steps_local AS 
    SELECT
      workspace_id,
      app_id,
      multiIf(event_type = 'conversion', 'goal', event_type = 'order', 'order', 'view') AS kind,
      multiIf(event_type = 'conversion', name, event_type = 'order', concat(order_side, '.', order_phase), page) AS subject,
      event_day AS day,
      visitor_id,
      occurred_at,
      surface,
      
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes,
      count() AS events
    ,
      max(sample_weight) AS greatest_weight
    FROM events_local
    WHERE event_type IN ('page_view', 'screen_view', 'conversion', 'order')
    GROUP BY workspace_id, app_id, kind, subject, day, visitor_id, occurred_at, surface, purposes;

ALTER TABLE events_local ON CLUSTER main
      ADD COLUMN IF NOT EXISTS latitude Float32 AFTER region,
      ADD COLUMN IF NOT EXISTS longitude Float32 AFTER latitude,
      ADD COLUMN IF NOT EXISTS place_radius_km UInt16 AFTER longitude;

ALTER TABLE events ON CLUSTER main
      ADD COLUMN IF NOT EXISTS latitude Float32 AFTER region,
      ADD COLUMN IF NOT EXISTS longitude Float32 AFTER latitude,
      ADD COLUMN IF NOT EXISTS place_radius_km UInt16 AFTER longitude;

ALTER TABLE rejected_local ON CLUSTER main ADD COLUMN IF NOT EXISTS visitor_id UUID;

ALTER TABLE rejected ON CLUSTER main ADD COLUMN IF NOT EXISTS visitor_id UUID;

CREATE TABLE IF NOT EXISTS copies_local ON CLUSTER main (
      workspace_id String,
      app_id LowCardinality(String),
      queue_id UUID,
      visitor_id UUID,
      received_at DateTime64(3, 'UTC'),
      copies UInt32,
      first_seq UInt64,
      last_seq UInt64,
      times UInt32,
      kept UInt32,
      kept_seq UInt64,
      first_day Date,
      last_day Date
    )
    ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/{shard}/{database}/{table}', '{replica}')
    PARTITION BY toYear(received_at)
    ORDER BY (workspace_id, visitor_id, received_at, queue_id)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, replicated_deduplication_window = 1000, replicated_deduplication_window_seconds = 604800;

CREATE TABLE IF NOT EXISTS copies ON CLUSTER main AS copies_local
    ENGINE = Distributed('main', 'tidemark', 'copies_local', cityHash64(workspace_id, visitor_id));
