import type { ReportQuery } from '@tidemark/protocol';
import { canonicalVisitors } from './canonical-visitors.js';
import type { CompiledReport } from './compiled-query.js';
import { estimate } from './estimate.js';
import { pageStatistics } from './page-statistics.js';
import { QUANTILE_LEVELS } from './quantile-levels.js';
import { createQueryScope, type QueryScope, type ScopeOptions } from './query-scope.js';
import { firstRow, rowLimit } from './row-limit.js';
import { anonymousVisits, visits } from './visits.js';

export interface PagesTotals {
  readonly views: number;
  readonly visitors: number;
  readonly sessions: number;
  /** Sessions whose first view was on the surface: all, those without another, and the squares of their weights. */
  readonly h5: readonly [number, number, number];
  readonly native: readonly [number, number, number];
}

export interface DwellSpread {
  readonly surface: string;
  readonly ended: number;
  readonly quantiles: readonly (number | null)[];
}

/** How many sessions one with views stands for: as many as its views do, all of which are kept or none. */
const viewed = (scope: QueryScope) =>
  scope.sampled
    ? 'if(h5_count + native_count = 0, 1., 1 + (h5_left_out + native_left_out) / (h5_count + native_count))'
    : 'toFloat64(1)';

/** Sessions whose entry or exit is shown on a page, by the sign and name of the page: `h/funds`. */
const edges = (sessions: string, weight: string) => `
    SELECT
      edge.1 AS place, ${estimate('sum(edge.2)')} AS entry_count, ${estimate('sum(edge.3)')} AS exit_count,
      ${estimate('sum(edge.4)')} AS bounce_count
    FROM (
      SELECT arrayJoin([
        (substring(entry_view, 17), ${weight}, 0., ${weight} * (view_count = 1)), (substring(exit_view, 17), 0., ${weight}, 0.)
      ]) AS edge
      FROM ${sessions} WHERE view_count > 0
    )
    GROUP BY place`;

const entered = (surface: 'h5' | 'native', weight: string) => {
  const first = `substring(entry_view, 17, 1) = '${surface === 'h5' ? 'h' : 'n'}'`;
  return `(
      sumIf(${weight}, ${first}), sumIf(${weight}, ${first} AND h5_count + native_count = 1), sumIf(${weight} * ${weight}, ${first})
    ) AS ${surface}`;
};

/** A visitor of a page stands for as many as their views do. */
const weighedVisitors = (scope: QueryScope, kept: string) =>
  scope.sampled ? estimate(`${kept} * if(kept_count = 0, 1, view_count / kept_count)`) : kept;

/*
 * A visitor with several ids counts once for each of them in the states of page statistics, which cannot be taken apart: how
 * often too much comes from the views of such ids, by the same hours.
 */
const surplus = (scope: QueryScope) => `
    SELECT e.page AS page, e.surface AS surface, uniqExact(e.visitor_id) - uniqExact(c.device) AS too_many
    FROM ${scope.events(`event_type IN ('page_view', 'screen_view')
      AND toStartOfHour(toDateTime(occurred_at, 'UTC')) >= toStartOfHour(toDateTime(${scope.fromTime}, 'UTC'))
      AND toStartOfHour(toDateTime(occurred_at, 'UTC')) < ${scope.toTime}
      AND visitor_id IN (SELECT arrayJoin([previous_visitor_id, visitor_id]) FROM aliases WHERE workspace_id = {workspace:String})`)} AS e
    INNER JOIN (${canonicalVisitors()}) AS c ON c.id = e.visitor_id
    GROUP BY page, surface`;

/**
 * Page statistics by surface. Views, visitors and dwell come by the hour, entries, exits and bounces by the session: a session
 * counts where its first event lies, with the surface of its first or last view.
 */
export function compilePages(query: ReportQuery<'pages'>, options: ScopeOptions): CompiledReport {
  const scope = createQueryScope(query, options);
  const statistics = pageStatistics(scope, query.surface);
  const limit = scope.bind('UInt32', rowLimit(query) + (query.format === undefined ? 1 : 0)); // one more tells whether there are more
  const offset = scope.bind('UInt32', firstRow(query));
  const order = `${query.orderBy ?? 'views'} ${query.order ?? 'desc'}`;
  return {
    rows: scope.compiled(`
  WITH
    viewed AS (
      SELECT
        s.page AS page, s.surface AS surface, ${estimate('sum(s.views) + sum(s.views_left_out)')} AS view_count, uniqExactMerge(s.visitors) AS visitor_count, sum(s.views) AS kept_count,
        quantilesExactInclusiveMerge(0.25, 0.5, 0.75, 0.9)(s.dwell_ms) AS dwell
      FROM ${statistics} AS s GROUP BY page, surface HAVING view_count > 0
    ),
    edge_counts AS (${edges(anonymousVisits(scope), viewed(scope))})${options.aliased ? `,\n    surplus AS (${surplus(scope)})` : ''}
  SELECT
    v.page AS page, v.surface AS surface, view_count AS views,
    ${weighedVisitors(scope, options.aliased ? '(visitor_count - too_many)' : 'visitor_count')} AS visitors,
    entry_count AS entries, exit_count AS exits, bounce_count AS bounces,
    if(entries = 0, 0, bounces / entries) AS bounceRatio,
    ${['Median', 'P25', 'P75', 'P90'].map((name, i) => `if(isNaN(dwell[${[2, 1, 3, 4][i]}]), NULL, dwell[${[2, 1, 3, 4][i]}]) AS dwellMs${name}`).join(', ')}
  FROM viewed AS v LEFT JOIN edge_counts AS e ON e.place = concat(if(v.surface = 'native', 'n', 'h'), v.page)
  ${options.aliased ? 'LEFT JOIN surplus AS w ON v.page = w.page AND v.surface = w.surface' : ''}
  ORDER BY ${order}, page, surface
  LIMIT ${limit} OFFSET ${offset}`),
    totals: scope.compiled(`
  SELECT
    (SELECT ${estimate('sum(s.views) + sum(s.views_left_out)')} FROM ${statistics} AS s) AS views, ${scope.sampled ? estimate(`arraySum(tupleElement(minMap([cityHash64(visitor)], [toFloat64(weight)]), 2))`) : 'uniqExact(cityHash64(visitor))'} AS visitors,
    ${estimate('sum(weight)')} AS sessions,
    ${entered('h5', viewed(scope))}, ${entered('native', viewed(scope))}
  FROM ${visits(scope, query.surface)}`),
    // Where one surface is asked for, nothing is compared.
    ...(query.surface === undefined && {
      surfaces: scope.compiled(`
  SELECT
    surface, sum(s.view_ends) AS ended, quantilesExactInclusiveMerge(${QUANTILE_LEVELS})(s.dwell_ms) AS quantiles
  FROM ${statistics} AS s GROUP BY surface`),
    }),
  };
}
