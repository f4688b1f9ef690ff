import type { ReportQuery, VisitorDayRow, VisitorFigures, VisitorsReport } from '@tidemark/protocol';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { boundValues, REPORT_LIMITS } from './filter.js';
import { sessionsInRange } from './sessions-in-range.js';

const FIGURES = `
  uniqExact(visitor) AS visitors,
  uniqExactIf(user, user != '') AS users,
  count() AS sessions,
  sum(view_count) AS views`;

const BY_DAY = `
  SELECT toString(toDate(began_at)) AS day, ${FIGURES}
  FROM (${sessionsInRange()})
  GROUP BY day ORDER BY day LIMIT {rows:UInt32}
  ${REPORT_LIMITS}`;

const TOTALS = `SELECT ${FIGURES} FROM (${sessionsInRange()}) ${REPORT_LIMITS}`;

/** Visitors by the day their session began (UTC), and all together. */
export async function visitorsReport(
  store: StoreConnection,
  workspaceId: string,
  query: ReportQuery,
): Promise<VisitorsReport> {
  const bound = boundValues(workspaceId, query);
  const [rows, totals] = await Promise.all([
    queryRows<VisitorDayRow>(store, BY_DAY, bound),
    queryRows<VisitorFigures>(store, TOTALS, bound),
  ]);
  return { rows, totals: totals[0] ?? { visitors: 0, users: 0, sessions: 0, views: 0 } };
}
