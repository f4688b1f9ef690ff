import type { Migration } from './migration.js';

/** Before these columns each device had its own clock only: it stands in, in rows of old segments too. */
const LOGICAL_CLOCK = `
    ALTER TABLE events
      ADD COLUMN IF NOT EXISTS logical_at DateTime64(3, 'UTC') DEFAULT occurred_at AFTER monotonic_ms,
      ADD COLUMN IF NOT EXISTS logical_count UInt16 AFTER logical_at`;

const LEFT_PAGE = `
    ALTER TABLE events
      ADD COLUMN IF NOT EXISTS from_template LowCardinality(String) AFTER way,
      ADD COLUMN IF NOT EXISTS modules Array(LowCardinality(String)) AFTER from_template`;

/** seq is below 2^48 and count below 2^16: one number orders by both, and the column's type stays what it was. */
const LOGICAL_ORDER = '(logical_at, bitShiftLeft(toUInt64(logical_count), 48) + seq)';

/**
 * The view is made anew rather than changed (MODIFY QUERY): a changed one does not know the loads of before again, and one
 * that was in flight at the upgrade would count twice. Nothing is loaded while migrations run.
 */
const DROP_SESSIONS_VIEW = 'DROP VIEW IF EXISTS sessions_view';

/** As it was, but for entry and exit: by the logical clock. */
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
        CAST((page, surface), 'Tuple(page String, surface LowCardinality(String))'), ${LOGICAL_ORDER}, event_type IN ('page_view', 'screen_view')
      ) AS entry,
      argMaxStateIf(
        CAST((page, surface), 'Tuple(page String, surface LowCardinality(String))'), ${LOGICAL_ORDER}, event_type IN ('page_view', 'screen_view')
      ) AS exit
    FROM events
    GROUP BY workspace_id, app_id, session_day, session_id`;

/** Which visitor ids are one device. A pair that is told again collapses, so that filling it twice changes nothing. */
const ALIASES = `
    CREATE TABLE IF NOT EXISTS aliases (
      workspace_id String,
      previous_visitor_id UUID,
      visitor_id UUID,
      aliased_at SimpleAggregateFunction(min, DateTime64(3, 'UTC'))
    )
    ENGINE = AggregatingMergeTree
    ORDER BY (workspace_id, previous_visitor_id, visitor_id)
    SETTINGS fsync_after_insert = 1, fsync_part_directory = 1, non_replicated_deduplication_window = 1000`;

const PAIRS = `
    SELECT workspace_id, previous_visitor_id, visitor_id, min(occurred_at) AS aliased_at
    FROM events
    WHERE event_type = 'alias' AND previous_visitor_id != visitor_id
    GROUP BY workspace_id, previous_visitor_id, visitor_id`;

const ALIASES_VIEW = `CREATE MATERIALIZED VIEW IF NOT EXISTS aliases_view TO aliases AS ${PAIRS}`;

const ALIASES_OF_BEFORE = `INSERT INTO aliases ${PAIRS}`;

export const bridge: Migration = {
  number: 3,
  name: 'bridge',
  statements: [LOGICAL_CLOCK, LEFT_PAGE, DROP_SESSIONS_VIEW, SESSIONS_VIEW, ALIASES, ALIASES_VIEW, ALIASES_OF_BEFORE],
};
