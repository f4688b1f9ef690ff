import type { ReportQuery, SessionDayRow, SessionFigures, SessionsReport } from '@tidemark/protocol';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
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

const BY_DAY = `
  SELECT toString(toDate(began_at)) AS day, ${FIGURES}
  FROM (${sessionsInRange()})
  GROUP BY day ORDER BY day LIMIT {rows:UInt32}
  ${REPORT_LIMITS}`;

const TOTALS = `SELECT ${FIGURES} FROM (${sessionsInRange()}) ${REPORT_LIMITS}`;

/** Sessions by the day they began (UTC), and all together. */
export async function sessionsReport(
  store: StoreConnection,
  workspaceId: string,
  query: ReportQuery,
): Promise<SessionsReport> {
  const bound = boundValues(workspaceId, query);
  const [rows, totals] = await Promise.all([
    queryRows<SessionDayRow>(store, BY_DAY, bound),
    queryRows<SessionFigures>(store, TOTALS, bound),
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
