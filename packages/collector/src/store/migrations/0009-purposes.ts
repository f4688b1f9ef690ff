import type { Migration } from './migration.js';

/*
 * Aggregates know for which purposes a row may be read: a report for marketing must not count what was given for risk control
 * alone. What a row may be read for is a number of three bits, and a part of each key; rows that agree about it still add up.
 * Sessions are one row each and for analytics alone: two rows of one session would have to be put together at every reading.
 *
 * The tables are kept and their rows counted anew: a new table would not know the loads of before, and one that was in flight
 * at the upgrade would count twice. Nothing is loaded while migrations run, and a step cut short is run again whole.
 */
const ZERO = `toUUID('00000000-0000-0000-0000-000000000000')`;

/** 1 analytics, unless denied; 2 marketing, when granted; 4 risk control, unless denied. */
const PURPOSES = `
      toUInt8((consent_analytics != 'denied') + 2 * (consent_marketing = 'granted') + 4 * (consent_risk != 'denied')) AS purposes`;

const IS_VIEW = `event_type IN ('page_view', 'screen_view')`;
const HOUR = `toStartOfHour(toDateTime(occurred_at, 'UTC')) AS hour`;
/*
 * First and last view as texts of which the greater one counts: 16 bytes for the place in the order of the logical clock
 * (milliseconds, then count and seq, which share a number; of a first view all bits are turned round), a sign, the page. As
 * states of argMin they cost a report some twenty times as much.
 */
const TICKS = `toUInt64(toUnixTimestamp64Milli(logical_at))`;
const ORDINAL = 'toUInt64(bitShiftLeft(toUInt64(logical_count), 48) + seq)';
const bytes = (number: string) => `reverse(reinterpretAsFixedString(${number}))`;
const SHOWN = `if(surface = 'native', 'n', 'h'), page`;

interface View {
  readonly table: string;
  /** Further changes of the table's columns, and what must be gone before them. */
  readonly change?: string;
  readonly before?: string;
  readonly key: string;
  /** What a row of the key says besides it. */
  readonly figures: string;
  /** The key as it is read from events, without purposes. */
  readonly groups: string;
  readonly where?: string;
  /** Whether only what may be read for analytics is counted, so that rows need not say it. */
  readonly forAnalytics?: boolean;
}

/** Without what servers send, which is no visit. */
const SESSIONS: View = {
  table: 'sessions',
  change: `DROP COLUMN IF EXISTS entry, DROP COLUMN IF EXISTS exit,
    ADD COLUMN IF NOT EXISTS entry_view SimpleAggregateFunction(max, String), ADD COLUMN IF NOT EXISTS exit_view SimpleAggregateFunction(max, String)`,
  key: 'workspace_id, app_id, session_day, session_id',
  groups: 'workspace_id, app_id, toDate(session_started_at) AS session_day, session_id',
  figures: `
      any(visitor_id) AS visitor_id,
      max(user_id) AS user_id,
      max(is_bot) AS is_bot,
      min(occurred_at) AS first_at,
      max(occurred_at) AS last_at,
      count() AS events,
      countIf(${IS_VIEW} AND surface = 'h5') AS h5_views,
      countIf(${IS_VIEW} AND surface = 'native') AS native_views,
      countIf(event_type = 'conversion') AS conversions,
      maxIf(concat(${bytes(`bitNot(${TICKS})`)}, ${bytes(`bitNot(${ORDINAL})`)}, ${SHOWN}), ${IS_VIEW}) AS entry_view,
      maxIf(concat(${bytes(TICKS)}, ${bytes(ORDINAL)}, ${SHOWN}), ${IS_VIEW}) AS exit_view`,
  where: `session_id != ${ZERO} AND consent_analytics != 'denied'`,
  forAnalytics: true,
};

const PAGE_STATS: View = {
  table: 'page_stats',
  change: `ADD COLUMN IF NOT EXISTS view_ends SimpleAggregateFunction(sum, UInt64) AFTER views,
    ADD COLUMN IF NOT EXISTS visitors AggregateFunction(uniqExact, UInt64) AFTER view_ends`,
  // Hashes of visitors: half as wide as the ids, and put together in half the time; a million share one once in 37 million.
  before: 'DROP COLUMN IF EXISTS visitors',
  key: 'workspace_id, app_id, hour, surface, page',
  groups: `workspace_id, app_id, ${HOUR}, surface, page`,
  figures: `
      countIf(event_type != 'view_end') AS views,
      countIf(event_type = 'view_end') AS view_ends,
      uniqExactStateIf(cityHash64(visitor_id), event_type != 'view_end') AS visitors,
      quantilesExactInclusiveStateIf(0.5)(dwell_ms, event_type = 'view_end') AS dwell_ms`,
  where: `event_type IN ('page_view', 'screen_view', 'view_end')`,
};

const TRANSITIONS: View = {
  table: 'transitions',
  key: 'workspace_id, app_id, hour, surface, from_page, page, way',
  groups: `workspace_id, app_id, ${HOUR}, surface, from_page, page, way`,
  figures: 'count() AS transitions',
  where: `event_type = 'transition'`,
};

/** Likewise: what a server sends is of no device. */
const USER_DAYS: View = {
  table: 'user_days',
  key: 'workspace_id, app_id, day, user_id, visitor_id, surface',
  groups: 'workspace_id, app_id, event_day AS day, user_id, visitor_id, surface',
  figures: `
      max(is_bot) AS is_bot,
      min(occurred_at) AS first_at,
      max(occurred_at) AS last_at,
      groupBitOr(bitShiftLeft(toUInt32(1), toHour(occurred_at, 'UTC'))) AS active_hours,
      count() AS events,
      countIf(${IS_VIEW}) AS views,
      sumIf(dwell_ms, event_type = 'view_end') AS dwell_ms,
      countIf(event_type = 'conversion') AS conversions,
      countIf(order_phase = 'placed' AND order_side = 'subscribe') AS subscriptions_placed,
      countIf(order_phase = 'placed' AND order_side = 'sell') AS sales_placed`,
  where: `visitor_id != ${ZERO}`,
};

const MINUTE_ACTIVITY: View = {
  table: 'minute_activity',
  key: 'workspace_id, app_id, minute, surface',
  groups: `workspace_id, app_id, toStartOfMinute(toDateTime(occurred_at, 'UTC')) AS minute, surface`,
  figures: `
      count() AS events,
      countIf(${IS_VIEW}) AS views,
      countIf(event_type = 'click') AS clicks,
      countIf(event_type = 'conversion') AS conversions,
      countIf(order_phase = 'placed' AND order_side = 'subscribe') AS subscriptions_placed,
      countIf(order_phase = 'placed' AND order_side = 'sell') AS sales_placed,
      countIf(event_type = 'error') AS errors,
      uniqExactStateIf(visitor_id, visitor_id != ${ZERO}) AS visitors`,
};

const GOALS: View = {
  table: 'goals',
  key: 'workspace_id, app_id, hour, surface, goal, page, currency',
  groups: `workspace_id, app_id, ${HOUR}, surface, name AS goal, page, currency`,
  figures: `
      count() AS conversions,
      sum(amount) AS amount,
      uniqExactState(visitor_id) AS visitors`,
  where: `event_type = 'conversion'`,
};

const groupedBy =
  ({ key, groups, figures, where, forAnalytics }: View) =>
  (source: string) =>
    `
    SELECT ${groups},${forAnalytics ? '' : `${PURPOSES},`}${figures}
    FROM ${source}
    ${where === undefined ? '' : `WHERE ${where}`}
    GROUP BY ${key}${forAnalytics ? '' : ', purposes'}`;

function statements(view: View): string[] {
  const { table, before, change, key, figures, forAnalytics } = view;
  const grouped = groupedBy(view);
  const whole = forAnalytics ? key : `${key}, purposes`;
  const purpose = `ADD COLUMN IF NOT EXISTS purposes UInt8 AFTER ${key.split(', ').at(-1)}, MODIFY ORDER BY (${whole})`;
  const changes = [...(forAnalytics ? [] : [purpose]), ...(change === undefined ? [] : [change])];
  const columns = `${whole}, ${[...figures.matchAll(/\bAS (\w+)(?:,\n|$)/g)].map(([, name]) => name).join(', ')}`;
  return [
    `DROP VIEW IF EXISTS ${table}_view`,
    ...(before === undefined ? [] : [`ALTER TABLE ${table} ${before}`]),
    `ALTER TABLE ${table} ${changes.join(', ')}`,
    `ALTER TABLE ${table} DELETE WHERE 1 SETTINGS mutations_sync = 2`,
    // Not recognised by its content: of a step that was cut short, the same rows have been deleted again.
    `INSERT INTO ${table} (${columns}) SETTINGS insert_deduplicate = 0, max_partitions_per_insert_block = 101 ${grouped('events FINAL')}`,
    `CREATE MATERIALIZED VIEW IF NOT EXISTS ${table}_view TO ${table} AS ${grouped('events')}`,
  ];
}

/** What each view counts, over any rows of the shape of events. */
export const PURPOSE_VIEWS = {
  // Of rows for any purpose: whoever gives the rows has seen to it.
  sessions: groupedBy({ ...SESSIONS, where: `session_id != ${ZERO}` }),
  page_stats: groupedBy(PAGE_STATS),
  transitions: groupedBy(TRANSITIONS),
  user_days: groupedBy(USER_DAYS),
  minute_activity: groupedBy(MINUTE_ACTIVITY),
} as const;

export const purposes: Migration = {
  number: 9,
  name: 'purposes',
  statements: [SESSIONS, PAGE_STATS, TRANSITIONS, USER_DAYS, MINUTE_ACTIVITY, GOALS].flatMap(statements),
};
