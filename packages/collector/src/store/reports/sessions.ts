import type { ReportQuery } from '@tidemark/protocol';
import type { CompiledReport } from './compiled-query.js';
import { figureSql, SESSION_FIGURES, VISITOR_FIGURES } from './figures.js';
import { createQueryScope, type ScopeOptions } from './query-scope.js';
import { rowLimit } from './row-limit.js';
import { visits } from './visits.js';

/** Sessions by the day they began, and all together. */
export const compileSessions = byDay(SESSION_FIGURES);

/** Visitors by the day their session began, and all together. */
export const compileVisitors = byDay(VISITOR_FIGURES);

function byDay(figures: typeof SESSION_FIGURES | typeof VISITOR_FIGURES) {
  return (query: ReportQuery<'sessions'>, options: ScopeOptions): CompiledReport => {
    const scope = createQueryScope(query, options);
    const zone = scope.bind('String', query.timeZone ?? 'UTC');
    const sessions = visits(scope, query.surface);
    const { parts, each, all } = figureSql(figures, scope.sampled);
    const limit = scope.bind('UInt32', rowLimit(query));
    const days = `(
    SELECT toString(toDate(toDateTime(began_at, ${zone}))) AS day, ${parts}
    FROM ${sessions} GROUP BY day
  )`;
    return {
      rows: scope.compiled(`
  SELECT day, ${each}
  FROM ${days} ORDER BY day LIMIT ${limit}`),
      totals: scope.compiled(`
  SELECT ${all}
  FROM ${days}`),
    };
  };
}
