import type { ReportQuery, SessionDayRow, SessionFigures, SessionsReport } from '@tidemark/protocol';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { hasAliases } from './canonical-visitors.js';
import { boundValues, REPORT_LIMITS } from './filter.js';
import { sessionsInRange } from './sessions-in-range.js';

const FIGURES = `
  count() AS sessions,
  uniqExact(visitor) AS visitors,
  sum(event_count) AS events,
  sum(view_count) AS views,
  countIf(view_count = 1) AS bounces,
  if(sessions = 0, 0, bounces / sessions) AS bounceRatio,
  if(sessions = 0, 0, quantileExactInclusive(0.5)(dateDiff('millisecond', began_at, ended_at))) AS durationMsMedian`;

const byDay = (aliased: boolean) => `
  SELECT toString(toDate(began_at)) AS day, ${FIGURES}
  FROM (${sessionsInRange(aliased)})
  GROUP BY day ORDER BY day LIMIT {rows:UInt32}
  ${REPORT_LIMITS}`;

const totalsOf = (aliased: boolean) => `SELECT ${FIGURES} FROM (${sessionsInRange(aliased)}) ${REPORT_LIMITS}`;

/** Sessions by the day they began (UTC), and all together. Visitor ids that aliases connect are one visitor. */
export async function sessionsReport(
  store: StoreConnection,
  workspaceId: string,
  query: ReportQuery,
): Promise<SessionsReport> {
  const aliased = await hasAliases(store, workspaceId);
  const bound = boundValues(workspaceId, query);
  const [rows, totals] = await Promise.all([
    queryRows<SessionDayRow>(store, byDay(aliased), bound),
    queryRows<SessionFigures>(store, totalsOf(aliased), bound),
  ]);
  return { rows, totals: totals[0] ?? NONE };
}

const NONE: SessionFigures = {
  sessions: 0,
  visitors: 0,
  events: 0,
  views: 0,
  bounces: 0,
  bounceRatio: 0,
  durationMsMedian: 0,
};
