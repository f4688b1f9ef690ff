import {
  type ContentRow,
  type ReportQuery,
  type Surface,
  TRANSITION_WAYS,
  type TransitionWay,
} from '@tidemark/protocol';
import type { CompiledReport } from './compiled-query.js';
import { contentPlaces, IS_VIEW } from './content-places.js';
import { estimate } from './estimate.js';
import { QUANTILE_LEVELS } from './quantile-levels.js';
import { createQueryScope, type ScopeOptions } from './query-scope.js';
import { rowLimit } from './row-limit.js';
import { anonymousVisits, begun } from './visits.js';

/** What views are measured by: the name in columns, and which event has it. */
export const MEASURES = ['dwell', 'lcp', 'inp', 'cls', 'fcp', 'ttfb'] as const;
export type Measure = (typeof MEASURES)[number];

/** A row beside what its comparison takes. */
export interface ContentCounts extends ContentRow {
  /** Sums of the weights of sessions: those that reached the goal, left there, had an error; and the squares of the weights of all. */
  readonly sums: readonly [converted: number, left: number, failed: number, all: number, squares: number];
  /** In the order of `MEASURES`: how many views have it, and quantiles. */
  readonly spreads: readonly (readonly [count: number, quantiles: readonly (number | null)[]])[];
  /** How views went on, by the number of `wayOf`, and how many. */
  readonly ways: readonly (readonly [code: number, views: number])[];
}

/** Where a transition led and how, as one small number: an event that is none is 0. */
const WAY = `if(event_type = 'transition', toUInt8(indexOf([${TRANSITION_WAYS.map((way) => `'${way}'`).join(', ')}], way) * 2 + (surface = 'native')), 0)`;

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

  const all = begun(scope);
  // A share of very many sessions tells as much as all of them, and takes no longer.
  const most = scope.bind('UInt32', options.limits.sessions);
  const everyNth = `ifNull((SELECT greatest(1, intDiv(count() + ${most} - 1, ${most})) FROM ${all}), 1)`;
  const weight = `toFloat64(sample_weight) * every_nth`;
  // What was seen of each view. An event outside any view tells of places and goals, but of no view.
  const views = `(
    WITH ${everyNth} AS every_nth
    SELECT
      session_id, surface, if(empty(view_id) AND ${IS_VIEW}, event_id, view_id) AS view,
      max(${IS_VIEW}) AS is_shown, minIf((occurred_at, seq), ${IS_VIEW}) AS shown_at,
      maxIf(${weight}, ${IS_VIEW}) AS view_weight, maxIf(${weight}, event_type = 'error') AS error_weight,
      max(${WAY}) AS came_by, maxIf(${weight}, event_type = 'transition') AS way_weight,
      ${each((measure) => `${measured(measure)} AS ${measure}`)},
      ${reached((n) => `maxIf(occurred_at, ${goals[n - 1]}) AS reached_${n}`)},
      groupArrayArray(arrayMap(one -> (one.1, one.2, occurred_at, ${weight}), ${of})) AS places
    FROM ${scope.events(`surface != ''
      AND (${IS_VIEW} OR event_type IN ('view_end', 'error', 'web_vital', 'transition') OR ${where})
      AND session_id IN (
        SELECT session_id
        FROM ${all} WHERE sipHash64(session_id) % every_nth = 0
      )`)}
    GROUP BY session_id, surface, view
  )`;
  // What came before and after in the session: views that are shown stand behind what is outside any.
  const inOrder = `(
    SELECT
      *, is_shown AND shown_at = max(shown_at) OVER s AS is_last, [${reached((n) => `max(reached_${n}) OVER s`)}] AS session_reached,
      leadInFrame((came_by, way_weight)) OVER (s ORDER BY shown_at ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) AS next
    FROM ${views} WINDOW s AS (PARTITION BY session_id)
  )`;
  const sessions = `(
    SELECT
      place.1 AS content, toString(surface) AS shown_on, session_id,
      max(place.4) AS weight, any(session_reached[place.2]) >= min(place.3) AS is_converted,
      maxIf(greatest(place.4, view_weight), is_last) AS left_weight,
      maxIf(greatest(place.4, error_weight), is_shown AND error_weight > 0) AS failed_weight,
      sumIf(greatest(place.4, view_weight), is_of_view) AS view_count,
      ${each((measure) => `groupArrayIf(${measure}, is_of_view) AS ${measure}_values`)},
      groupArrayIf(next.1, is_of_view AND next.2 > 0) AS ways,
      groupArrayIf(greatest(place.4, view_weight, next.2), is_of_view AND next.2 > 0) AS way_weights
    FROM (
      SELECT *, place, place_number = 1 AND is_shown AS is_of_view
      FROM ${inOrder} ARRAY JOIN places AS place, arrayEnumerateUniq(places.1) AS place_number
    )
    GROUP BY content, shown_on, session_id
  )`;
  const levels = [...SHOWN_LEVELS, QUANTILE_LEVELS].join(', ');
  const contents = `(
    SELECT
      content, shown_on, sum(weight) AS all_weight, sum(weight * weight) AS squares, sumIf(weight, is_converted) AS converted,
      sum(left_weight) AS left, sum(failed_weight) AS failed, sum(view_count) AS view_sum,
      ${each((measure) => `sum(length(${measure}_values)) AS ${measure}_count, quantilesExactInclusiveArray(${levels})(${measure}_values) AS ${measure}_quantiles`)},
      sumMap(ways, way_weights) AS way_sums, sum(all_weight) OVER (PARTITION BY content) AS of_both
    FROM ${sessions} GROUP BY content, shown_on
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
  FROM ${contents} ORDER BY of_both DESC, name, surface LIMIT ${limit}`),
    // One row more, so that the last one has the other surface beside it.
    detailed: scope.compiled(`
  SELECT ${columns},
    [converted, left, failed, all_weight, squares] AS sums,
    [${each((measure) => `(${measure}_count, arraySlice(${measure}_quantiles, ${SHOWN_LEVELS.length + 1}))`)}] AS spreads,
    arrayMap((way, count) -> (way, count), way_sums.1, way_sums.2) AS ways
  FROM ${contents} ORDER BY of_both DESC, name, surface LIMIT ${limit} + 1`),
    totals: scope.compiled(`
  SELECT ${estimate('sum(weight)')} AS sessions, toUInt32(${everyNth}) AS everyNth
  FROM ${anonymousVisits(scope)} WHERE view_count > 0`),
  };
}

/** Where views went on and how, of the number that stands for it. */
export function wayOf(code: number): { readonly surface: Surface; readonly way: TransitionWay } {
  const way = TRANSITION_WAYS[Math.floor(code / 2) - 1];
  if (way === undefined) throw new RangeError(`no way has the number ${code}`);
  return { surface: code % 2 === 0 ? 'h5' : 'native', way };
}
