import type { PageRow, PagesReport, ReportQuery } from '@tidemark/protocol';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { canonicalVisitors, hasAliases } from './canonical-visitors.js';
import { boundValues, REPORT_LIMITS } from './filter.js';
import { sessionsInRange } from './sessions-in-range.js';

/*
 * A visitor with several ids counts once for each of them in the states of page_stats, which cannot be taken apart: how often
 * too much comes from the events of such ids, by the same hours.
 */
const SURPLUS = `,
    surplus AS (
      SELECT e.page AS page, e.surface AS surface, uniqExact(e.visitor_id) - uniqExact(c.device) AS visitors_too_many
      FROM events AS e INNER JOIN (${canonicalVisitors()}) AS c ON c.id = e.visitor_id
      WHERE e.workspace_id = {workspace:String} AND ({app:String} = '' OR e.app_id = {app:String})
        AND e.event_day >= toDate(toDateTime({from:Float64}, 'UTC')) AND e.event_day <= toDate(toDateTime({to:Float64}, 'UTC'))
        AND toStartOfHour(toDateTime(e.occurred_at, 'UTC')) >= toStartOfHour(toDateTime({from:Float64}, 'UTC'))
        AND toStartOfHour(toDateTime(e.occurred_at, 'UTC')) < toDateTime({to:Float64}, 'UTC')
        AND e.event_type IN ('page_view', 'screen_view') AND ({surface:String} = '' OR e.surface = {surface:String})
        AND e.visitor_id IN (SELECT arrayJoin([previous_visitor_id, visitor_id]) FROM aliases WHERE workspace_id = {workspace:String})
      GROUP BY page, surface
    )`;

/*
 * Views, visitors and dwell come by the hour, entries, exits and bounces by the session: a session counts where its
 * first event lies, with the surface of its first or last view.
 */
const rowsOf = (aliased: boolean) => `
  WITH
    viewed AS (
      SELECT page, surface, sum(p.views) AS view_count, uniqExactMerge(p.visitors) AS visitor_count,
             quantilesExactInclusiveMerge(0.5)(p.dwell_ms)[1] AS dwell_median
      FROM page_stats AS p
      WHERE workspace_id = {workspace:String} AND ({app:String} = '' OR app_id = {app:String})
        AND hour >= toStartOfHour(toDateTime({from:Float64}, 'UTC')) AND hour < toDateTime({to:Float64}, 'UTC')
        AND ({surface:String} = '' OR surface = {surface:String})
      GROUP BY page, surface
      HAVING view_count > 0
    ),
    ended AS (
      SELECT argMinMerge(s.entry) AS first_view, argMaxMerge(s.exit) AS last_view,
             sum(s.h5_views + s.native_views) AS view_count, min(s.first_at) AS began_at
      FROM sessions AS s
      WHERE workspace_id = {workspace:String} AND ({app:String} = '' OR app_id = {app:String})
      GROUP BY session_day, session_id
      HAVING view_count > 0
        AND began_at >= toDateTime64({from:Float64}, 3, 'UTC') AND began_at < toDateTime64({to:Float64}, 3, 'UTC')
    ),
    edges AS (
      SELECT first_view.page AS page, first_view.surface AS surface, 1 AS entry, 0 AS exit, view_count = 1 AS bounce FROM ended
      UNION ALL
      SELECT last_view.page AS page, last_view.surface AS surface, 0 AS entry, 1 AS exit, 0 AS bounce FROM ended
    ),
    edge_counts AS (
      SELECT page, surface, sum(entry) AS entry_count, sum(exit) AS exit_count, sum(bounce) AS bounce_count
      FROM edges GROUP BY page, surface
    )${aliased ? SURPLUS : ''}
  SELECT v.page AS page, v.surface AS surface, view_count AS views, ${aliased ? 'visitor_count - visitors_too_many' : 'visitor_count'} AS visitors,
         entry_count AS entries, exit_count AS exits, bounce_count AS bounces,
         if(isNaN(dwell_median), NULL, dwell_median) AS dwellMsMedian
  FROM viewed AS v LEFT JOIN edge_counts AS e ON v.page = e.page AND v.surface = e.surface
  ${aliased ? 'LEFT JOIN surplus AS w ON v.page = w.page AND v.surface = w.surface' : ''}
  ORDER BY views DESC, page, surface
  LIMIT {rows:UInt32}
  ${REPORT_LIMITS}`;

const totalsOf = (aliased: boolean) => `
  SELECT
    (
      SELECT sum(views) FROM page_stats
      WHERE workspace_id = {workspace:String} AND ({app:String} = '' OR app_id = {app:String})
        AND hour >= toStartOfHour(toDateTime({from:Float64}, 'UTC')) AND hour < toDateTime({to:Float64}, 'UTC')
        AND ({surface:String} = '' OR surface = {surface:String})
    ) AS views,
    uniqExact(visitor) AS visitors,
    count() AS sessions
  FROM (${sessionsInRange(aliased)})
  ${REPORT_LIMITS}`;

/**
 * Page statistics by surface. Times are rounded down to whole hours for views, exact for sessions. Visitor ids that aliases
 * connect are one visitor, of each page too.
 */
export async function pagesReport(
  store: StoreConnection,
  workspaceId: string,
  query: ReportQuery,
): Promise<PagesReport> {
  const aliased = await hasAliases(store, workspaceId);
  const bound = boundValues(workspaceId, query);
  const [rows, totals] = await Promise.all([
    queryRows<PageRow>(store, rowsOf(aliased), bound),
    queryRows<PagesReport['totals']>(store, totalsOf(aliased), bound),
  ]);
  return { rows, totals: totals[0] ?? { views: 0, visitors: 0, sessions: 0 } };
}
