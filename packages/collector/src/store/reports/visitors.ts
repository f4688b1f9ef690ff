import type { ReportQuery, VisitorDayRow, VisitorFigures, VisitorsReport } from '@tidemark/protocol';
import type { StoreConnection } from '../connect.js';
import { queryRows } from '../query-rows.js';
import { hasAliases } from './canonical-visitors.js';
import { boundValues, REPORT_LIMITS } from './filter.js';
import { sessionsInRange } from './sessions-in-range.js';

const FIGURES = `
  uniqExact(visitor) AS visitors,
  uniqExactIf(user, user != '') AS users,
  count() AS sessions,
  sum(view_count) AS views`;

const byDay = (aliased: boolean) => `
  SELECT toString(toDate(began_at)) AS day, ${FIGURES}
  FROM (${sessionsInRange(aliased)})
  GROUP BY day ORDER BY day LIMIT {rows:UInt32}
  ${REPORT_LIMITS}`;

const totalsOf = (aliased: boolean) => `SELECT ${FIGURES} FROM (${sessionsInRange(aliased)}) ${REPORT_LIMITS}`;

/** Visitors by the day their session began (UTC), and all together. Visitor ids that aliases connect are one visitor. */
export async function visitorsReport(
  store: StoreConnection,
  workspaceId: string,
  query: ReportQuery,
): Promise<VisitorsReport> {
  const aliased = await hasAliases(store, workspaceId);
  const bound = boundValues(workspaceId, query);
  const [rows, totals] = await Promise.all([
    queryRows<VisitorDayRow>(store, byDay(aliased), bound),
    queryRows<VisitorFigures>(store, totalsOf(aliased), bound),
  ]);
  return { rows, totals: totals[0] ?? { visitors: 0, users: 0, sessions: 0, views: 0 } };
}
