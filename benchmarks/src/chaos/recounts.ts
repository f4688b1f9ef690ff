/*
 * What each view must say, counted anew from the raw rows. Written apart from the views' own definitions, group by group and
 * column by column, so that neither can hide a fault of the other.
 */

export interface Recount {
  /** Filled by the view that is called like it, with `_view` behind. */
  readonly table: string;
  /** What makes a group, in the table. */
  readonly key: string;
  /** The columns of a group, merged. */
  readonly merged: string;
  /** The same key, of raw rows. */
  readonly rawKey: string;
  /** The same columns, of raw rows. */
  readonly counted: string;
  /** Which raw rows count. */
  readonly where: string;
}

const IS_VIEW = `event_type IN ('page_view', 'screen_view')`;
/** What a row may be read for, as a list of its bits. */
const PURPOSES = `arraySum([if(consent_analytics = 'denied', 0, 1), if(consent_marketing = 'granted', 2, 0), if(consent_risk = 'denied', 0, 4)])`;
const ZERO = `toUUID('00000000-0000-0000-0000-000000000000')`;
const HOUR = `toStartOfHour(occurred_at)`;
/** By the logical clock; seq is below 2^48. */
const PLACE = '(logical_at, logical_count, seq)';
const placed = (side: string) => `countIf(event_type = 'order' AND order_phase = 'placed' AND order_side = '${side}')`;

const leftOut = (which: string) => `sumIf(toFloat64(sample_weight) - 1, ${which})`;
const SQUARE_EXCESS = 'sum(pow(toFloat64(sample_weight), 2) - 1)';

export const RECOUNTS: readonly Recount[] = [
  {
    table: 'page_stats',
    key: 'workspace_id, app_id, hour, surface, page, purposes',
    merged:
      'sum(views), sum(view_ends), uniqExactMerge(visitors), quantilesExactInclusiveMerge(0.5)(dwell_ms), sum(views_left_out)',
    rawKey: `workspace_id, app_id, ${HOUR}, surface, page, ${PURPOSES}`,
    counted: `countIf(${IS_VIEW}), countIf(event_type = 'view_end'), uniqExactIf(visitor_id, ${IS_VIEW}),
      quantilesExactInclusiveIf(0.5)(dwell_ms, event_type = 'view_end'), ${leftOut(IS_VIEW)}`,
    where: `${IS_VIEW} OR event_type = 'view_end'`,
  },
  {
    table: 'page_days',
    key: 'workspace_id, app_id, day, surface, page, purposes',
    merged:
      'sum(views), sum(view_ends), uniqExactMerge(visitors), quantilesExactInclusiveMerge(0.5)(dwell_ms), sum(views_left_out)',
    rawKey: `workspace_id, app_id, toDate(occurred_at), surface, page, ${PURPOSES}`,
    counted: `countIf(${IS_VIEW}), countIf(event_type = 'view_end'), uniqExactIf(visitor_id, ${IS_VIEW}),
      quantilesExactInclusiveIf(0.5)(dwell_ms, event_type = 'view_end'), ${leftOut(IS_VIEW)}`,
    where: `${IS_VIEW} OR event_type = 'view_end'`,
  },
  {
    table: 'steps',
    key: 'workspace_id, app_id, kind, subject, day, visitor_id, occurred_at, surface, purposes',
    merged: 'sum(events)',
    rawKey: `workspace_id, app_id, if(${IS_VIEW}, 'view', if(event_type = 'order', 'order', 'goal')),
      if(${IS_VIEW}, page, if(event_type = 'order', format('{}.{}', order_side, order_phase), toString(name))),
      toDate(occurred_at), visitor_id, occurred_at, surface, ${PURPOSES}`,
    counted: 'count()',
    where: `${IS_VIEW} OR event_type IN ('order', 'conversion')`,
  },
  {
    table: 'sessions',
    key: 'workspace_id, app_id, session_day, session_id',
    merged: `any(visitor_id), max(user_id), max(is_bot), min(first_at), max(last_at), sum(events), sum(h5_views),
      sum(native_views), sum(conversions),
      substring(max(entry_view), 17), substring(max(exit_view), 17),
      sum(events_left_out), sum(h5_views_left_out), sum(native_views_left_out)`,
    rawKey: 'workspace_id, app_id, toDate(session_started_at), session_id',
    counted: `any(visitor_id), max(user_id), max(is_bot), min(occurred_at), max(occurred_at), count(),
      countIf(${IS_VIEW} AND surface = 'h5'), countIf(${IS_VIEW} AND surface = 'native'), countIf(event_type = 'conversion'),
      argMinIf(concat(substring(surface, 1, 1), page), ${PLACE}, ${IS_VIEW}), argMaxIf(concat(substring(surface, 1, 1), page), ${PLACE}, ${IS_VIEW}),
      ${leftOut('1')}, ${leftOut(`${IS_VIEW} AND surface = 'h5'`)}, ${leftOut(`${IS_VIEW} AND surface = 'native'`)}`,
    where: `session_id != ${ZERO} AND consent_analytics != 'denied'`,
  },
  {
    table: 'transitions',
    key: 'workspace_id, app_id, hour, surface, from_page, page, way, purposes',
    merged: 'sum(transitions), sum(transitions_left_out), sum(square_excess)',
    rawKey: `workspace_id, app_id, ${HOUR}, surface, from_page, page, way, ${PURPOSES}`,
    counted: `count(), ${leftOut('1')}, ${SQUARE_EXCESS}`,
    where: `event_type = 'transition'`,
  },
  {
    table: 'user_days',
    key: 'workspace_id, app_id, day, user_id, visitor_id, surface, purposes',
    merged: `max(is_bot), min(first_at), max(last_at), bitCount(groupBitOr(active_hours)), sum(events), sum(views), sum(dwell_ms),
      sum(conversions), sum(subscriptions_placed), sum(sales_placed)`,
    rawKey: `workspace_id, app_id, toDate(occurred_at), user_id, visitor_id, surface, ${PURPOSES}`,
    counted: `max(is_bot), min(occurred_at), max(occurred_at), uniqExact(toHour(occurred_at)), count(), countIf(${IS_VIEW}),
      sum(dwell_ms), countIf(event_type = 'conversion'), ${placed('subscribe')}, ${placed('sell')}`,
    where: `visitor_id != ${ZERO}`,
  },
  {
    table: 'minute_activity',
    key: 'workspace_id, app_id, minute, surface, purposes',
    merged: `sum(events), sum(views), sum(clicks), sum(conversions), sum(subscriptions_placed), sum(sales_placed), sum(errors),
      uniqExactMerge(visitors),
      sum(events_left_out), sum(views_left_out), sum(clicks_left_out), sum(errors_left_out), sum(square_excess)`,
    rawKey: `workspace_id, app_id, toStartOfMinute(occurred_at), surface, ${PURPOSES}`,
    counted: `count(), countIf(${IS_VIEW}), countIf(event_type = 'click'), countIf(event_type = 'conversion'),
      ${placed('subscribe')}, ${placed('sell')}, countIf(event_type = 'error'), uniqExactIf(visitor_id, visitor_id != ${ZERO}),
      ${leftOut('1')}, ${leftOut(IS_VIEW)}, ${leftOut(`event_type = 'click'`)}, ${leftOut(`event_type = 'error'`)}, ${SQUARE_EXCESS}`,
    where: '1',
  },
  {
    table: 'goals',
    key: 'workspace_id, app_id, hour, surface, goal, page, currency, purposes',
    merged: 'sum(conversions), sum(amount), uniqExactMerge(visitors)',
    rawKey: `workspace_id, app_id, ${HOUR}, surface, name, page, currency, ${PURPOSES}`,
    counted: 'count(), sum(amount), uniqExact(visitor_id)',
    where: `event_type = 'conversion'`,
  },
  {
    table: 'aliases',
    key: 'workspace_id, previous_visitor_id, visitor_id',
    merged: 'min(aliased_at)',
    rawKey: 'workspace_id, previous_visitor_id, visitor_id',
    counted: 'min(occurred_at)',
    where: `event_type = 'alias' AND previous_visitor_id != visitor_id`,
  },
  {
    table: 'loads',
    key: 'workspace_id, queue_id',
    merged: 'sum(if(empty(seqs), toUInt64(last_seq - first_seq + 1), length(seqs)))',
    rawKey: `workspace_id, if(queue_id = toUUID('00000000-0000-0000-0000-000000000000'), event_id, queue_id)`,
    counted: 'count()',
    where: '1',
  },
];

/** Groups that only one of the two sides has, or has otherwise; as text, to be read when there are any. */
export function groupsApart({ table, key, merged, rawKey, counted, where }: Recount): string {
  const ours = `SELECT toString((${key}, ${merged})) AS line FROM ${table} GROUP BY ${key}`;
  const right = `SELECT toString((${rawKey}, ${counted})) AS line FROM events WHERE ${where} GROUP BY ${rawKey}`;
  return `
    SELECT line, sum(side) AS side FROM (SELECT line, 1 AS side FROM (${ours}) UNION ALL SELECT line, -1 AS side FROM (${right}))
    GROUP BY line HAVING side != 0`;
}
