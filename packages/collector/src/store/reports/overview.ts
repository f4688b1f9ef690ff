import type { OverviewFigures, ReportQuery } from '@tidemark/protocol';
import { bucketMs } from './bucket.js';
import type { CompiledReport, SurfaceVisits } from './compiled-query.js';
import { OVERVIEW_FIGURES, surfaceVisits } from './figures.js';
import { createQueryScope, type ScopeOptions } from './query-scope.js';
import { rowLimit } from './row-limit.js';
import { visits } from './visits.js';

export interface OverviewTotals extends OverviewFigures {
  readonly h5: SurfaceVisits;
  readonly native: SurfaceVisits;
}

/** Sessions by the interval they began in, and all together. */
export function compileOverview(query: ReportQuery<'overview'>, options: ScopeOptions): CompiledReport {
  const scope = createQueryScope(query, options);
  const at = bucketMs(query.interval ?? 'day', 'began_at', scope.bind('String', query.timeZone ?? 'UTC'));
  const sessions = visits(scope, query.surface);
  const limit = scope.bind('UInt32', rowLimit(query));
  return {
    rows: scope.compiled(`
  SELECT ${at} AS at, ${OVERVIEW_FIGURES}
  FROM ${sessions} GROUP BY at ORDER BY at LIMIT ${limit}`),
    whole: scope.compiled(`
  SELECT ${at} AS at, ${OVERVIEW_FIGURES},${surfaceVisits('h5')},${surfaceVisits('native')}
  FROM ${sessions} GROUP BY GROUPING SETS ((at), ())
  ORDER BY grouping(at) DESC, at LIMIT ${limit} + 1`),
  };
}
