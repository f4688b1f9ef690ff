import type { OverviewFigures, OverviewRow, ReportQuery } from '@tidemark/protocol';
import { bucketMs } from './bucket.js';
import type { CompiledReport, SurfaceVisits } from './compiled-query.js';
import { figureSql, OVERVIEW_FIGURES, surfaceParts, surfaceVisits } from './figures.js';
import { createQueryScope, type ScopeOptions } from './query-scope.js';
import { rowLimit } from './row-limit.js';
import { visits } from './visits.js';

export interface OverviewTotals extends OverviewFigures {
  /** By interval, in order. */
  readonly rows: readonly OverviewRow[];
  /** Where no surface is asked for. */
  readonly h5?: SurfaceVisits;
  readonly native?: SurfaceVisits;
}

/**
 * Sessions by the interval they began in, and all together. Each is read once: what is known of an interval adds up to what is
 * known of all.
 */
export function compileOverview(query: ReportQuery<'overview'>, options: ScopeOptions): CompiledReport {
  const scope = createQueryScope(query, options);
  const at = bucketMs(query.interval ?? 'day', 'began_at', scope.bind('String', query.timeZone ?? 'UTC'));
  const sessions = visits(scope, query.surface);
  const limit = scope.bind('UInt32', rowLimit(query));
  const { parts, each, all, asTuple } = figureSql(OVERVIEW_FIGURES, scope.sampled);
  const isCompared = query.surface === undefined;
  const compared = isCompared ? `,\n      ${surfaceParts('h5')},\n      ${surfaceParts('native')}` : '';
  return {
    rows: scope.compiled(`
  SELECT at, ${each}
  FROM (SELECT ${at} AS at, ${parts} FROM ${sessions} GROUP BY at) ORDER BY at LIMIT ${limit}`),
    whole: scope.compiled(`
  SELECT
    arraySlice(arraySort(row -> row.1, groupArray(interval_row)), 1, ${limit}) AS rows,
    ${all}${isCompared ? `,\n    ${surfaceVisits('h5')},\n    ${surfaceVisits('native')}` : ''}
  FROM (
    SELECT *, ${asTuple(['at', 'Int64'])} AS interval_row
    FROM (SELECT ${at} AS at, ${parts}${compared} FROM ${sessions} GROUP BY at)
  )`),
  };
}
