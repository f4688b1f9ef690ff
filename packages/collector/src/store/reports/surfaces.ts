import type { ContentRow, ReportQuery, Surface } from '@tidemark/protocol';
import type { CompiledReport } from './compiled-query.js';
import { contentPlaces, IS_VIEW } from './content-places.js';
import { estimate } from './estimate.js';
import { QUANTILE_LEVELS } from './quantile-levels.js';
import { createQueryScope, type ScopeOptions } from './query-scope.js';
import { rowLimit } from './row-limit.js';
import { begun } from './visits.js';

/** What views are measured by: the name in columns, and which event has it. */
export const MEASURES = ['dwell', 'lcp', 'inp', 'cls', 'fcp', 'ttfb'] as const;
export type Measure = (typeof MEASURES)[number];

/** A row beside what its comparison takes. The first of all is that of all content, of no name or surface. */
export interface ContentCounts extends ContentRow {
  /** Sums of the weights of sessions: those that reached the goal, left there, had an error; and the squares of the weights of all. */
  readonly sums: readonly [converted: number, left: number, failed: number, all: number, squares: number];
  /** In the order of `MEASURES`: how many views have it, and quantiles. */
  readonly spreads: readonly (readonly [count: number, quantiles: readonly (number | null)[]])[];
  /** Where views went on, how, and how many. */
  readonly ways: readonly (readonly [surface: Surface, way: string, views: number])[];
}

const SHOWN_LEVELS = [0.25, 0.5, 0.75, 0.9] as const;

const measured = (measure: Measure) =>
  measure === 'dwell'
    ? `maxOrNullIf(toFloat64(dwell_ms), event_type = 'view_end')`
    : `maxOrNullIf(value, event_type = 'web_vital' AND name = '${measure.toUpperCase()}')`;

/** Of the quantiles of a measure, one of those that are shown. */
const shown = (measure: Measure, level: (typeof SHOWN_LEVELS)[number]) => {
  const quantile = `${measure}_quantiles[${SHOWN_LEVELS.indexOf(level) + 1}]`;
  return `if(isNaN(${quantile}), NULL, ${quantile})`;
};

/**
 * Content of sessions that began in the asked time, by what it is and on which surface it was shown. A session counts once for
 * each: that is what figures are shares of, as views of one session are no independent witnesses. Sampled, it counts by the
 * greatest weight of what must have been kept for it to be seen.
 */
export function compileSurfaces(query: ReportQuery<'surfaces'>, options: ScopeOptions): CompiledReport {
  const scope = createQueryScope(query, options);
  const { where, of, goals } = contentPlaces(query, scope.bind);
  const limit = scope.bind('UInt32', rowLimit(query));
  const reached = (each: (n: number) => string) => goals.map((_, i) => each(i + 1)).join(', ');
  const each = (of: (measure: Measure) => string) => MEASURES.map(of).join(', ');

  // What was seen of each view. An event outside any view tells of places and goals, but of no view.
  const views = `(
    SELECT
      session_id, surface, if(empty(view_id) AND ${IS_VIEW}, event_id, view_id) AS view,
      max(${IS_VIEW}) AS is_shown, minIf((occurred_at, seq), ${IS_VIEW}) AS shown_at,
      maxIf(toFloat64(sample_weight), ${IS_VIEW}) AS view_weight, maxIf(toFloat64(sample_weight), event_type = 'error') AS error_weight,
      maxIf(toString(way), event_type = 'transition') AS came_by, maxIf(toFloat64(sample_weight), event_type = 'transition') AS way_weight,
      ${each((measure) => `${measured(measure)} AS ${measure}`)},
      ${reached((n) => `maxIf(occurred_at, ${goals[n - 1]}) AS reached_${n}`)},
      arrayConcat(
        groupArrayArray(arrayMap(one -> (0, one.1, one.2, occurred_at, toFloat64(sample_weight)), ${of})),
        if(is_shown, [(1, '', 1, shown_at.1, view_weight)], [])
      ) AS places
    FROM ${scope.events(`surface != ''
      AND (${IS_VIEW} OR event_type IN ('view_end', 'error', 'web_vital', 'transition') OR ${where})
      AND session_id IN (
        SELECT session_id
        FROM ${begun(scope)}
      )`)}
    GROUP BY session_id, surface, view
  )`;
  // What came before and after in the session: views that are shown stand behind what is outside any.
  const inOrder = `(
    SELECT
      *, is_shown AND shown_at = max(shown_at) OVER s AS is_last, [${reached((n) => `max(reached_${n}) OVER s`)}] AS session_reached,
      leadInFrame((toString(surface), came_by, way_weight)) OVER (s ORDER BY shown_at ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS next
    FROM ${views} WINDOW s AS (PARTITION BY session_id)
  )`;
  const sessions = `(
    SELECT
      place.1 AS is_all, place.2 AS content, if(is_all, '', toString(surface)) AS shown_on, session_id,
      max(place.5) AS weight, any(session_reached[place.3]) >= min(place.4) AS is_converted,
      maxIf(greatest(place.5, view_weight), is_last) AS left_weight,
      maxIf(greatest(place.5, error_weight), is_shown AND error_weight > 0) AS failed_weight,
      sumIf(greatest(place.5, view_weight), is_first AND is_shown) AS view_count,
      ${each((measure) => `groupArrayIf(${measure}, is_first AND is_shown AND NOT is_all) AS ${measure}_values`)},
      sumMapIf([(next.1, next.2)], [greatest(place.5, view_weight, next.3)], is_first AND is_shown AND next.3 > 0) AS session_ways
    FROM (
      SELECT *, place, place_number = 1 AS is_first
      FROM ${inOrder} ARRAY JOIN places AS place, arrayEnumerateUniq(arrayMap(one -> (one.1, one.2), places)) AS place_number
    )
    GROUP BY is_all, content, shown_on, session_id
  )`;
  const levels = [...SHOWN_LEVELS, QUANTILE_LEVELS].join(', ');
  const contents = `(
    SELECT
      is_all, content, shown_on, sum(weight) AS all_weight, sum(weight * weight) AS squares, sumIf(weight, is_converted) AS converted,
      sum(left_weight) AS left, sum(failed_weight) AS failed, sum(view_count) AS view_sum,
      ${each((measure) => `sum(length(${measure}_values)) AS ${measure}_count, quantilesExactInclusiveArray(${levels})(${measure}_values) AS ${measure}_quantiles`)},
      sumMap(session_ways) AS way_sums, sum(all_weight) OVER (PARTITION BY is_all, content) AS of_both
    FROM ${sessions} GROUP BY is_all, content, shown_on
  )`;
  const ratio = (part: string) => `least(1, ${part} / all_weight)`;
  const isLast = query.by === 'step' ? `content = '${goals.length}'` : '0';
  const columns = `
    content AS name, shown_on AS surface, ${estimate('all_weight')} AS sessions, ${estimate('view_sum')} AS views,
    ${estimate('converted')} AS conversions, if(${isLast}, NULL, ${ratio('converted')}) AS conversionRatio,
    ${estimate('left')} AS dropOffs, ${ratio('left')} AS dropOffRatio, ${estimate('failed')} AS failures, ${ratio('failed')} AS errorRatio,
    ${shown('dwell', 0.5)} AS dwellMsMedian, ${([0.25, 0.75, 0.9] as const).map((level) => `${shown('dwell', level)} AS dwellMsP${level * 100}`).join(', ')},
    ${shown('lcp', 0.75)} AS lcpMsP75, ${shown('inp', 0.75)} AS inpMsP75, ${shown('cls', 0.75)} AS clsP75,
    ${shown('fcp', 0.75)} AS fcpMsP75, ${shown('ttfb', 0.75)} AS ttfbMsP75`;
  return {
    rows: scope.compiled(`
  SELECT ${columns}
  FROM ${contents} WHERE NOT is_all ORDER BY of_both DESC, name, surface LIMIT ${limit}`),
    // One row more, so that the last one has the other surface beside it.
    whole: scope.compiled(`
  SELECT ${columns},
    [converted, left, failed, all_weight, squares] AS sums,
    [${each((measure) => `(${measure}_count, arraySlice(${measure}_quantiles, ${SHOWN_LEVELS.length + 1}))`)}] AS spreads,
    arrayMap((to, count) -> (to.1, to.2, count), way_sums.1, way_sums.2) AS ways
  FROM ${contents} ORDER BY is_all DESC, of_both DESC, name, surface LIMIT ${limit} + 2`),
  };
}
