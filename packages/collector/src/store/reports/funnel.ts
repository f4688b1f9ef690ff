import type { ReportQuery } from '@tidemark/protocol';
import type { CompiledReport } from './compiled-query.js';
import { estimate } from './estimate.js';
import { createQueryScope, type ScopeOptions } from './query-scope.js';
import { rowLimit } from './row-limit.js';
import { stepOf } from './step-sql.js';

const DAY_SECONDS = 86_400;

/** One row a step. */
export interface FunnelCount {
  readonly step: number;
  readonly visitors: number;
  readonly ratio: number;
  readonly stepRatio: number;
  /** Of visitors, by what they did on one surface alone. */
  readonly h5: number;
  readonly native: number;
  /** Squares of what each of them stands for: of all, and of those on one surface alone. Of what is not sampled, as many as they are. */
  readonly squares: number;
  readonly h5Squares: number;
  readonly nativeSquares: number;
}

/**
 * Visitors by how far they came: the longest run of the steps in their order that fits into the window, wherever it begins.
 * Views, goals and orders are kept by what was done; for a click, a custom event or a segment the events themselves are read.
 */
export function compileFunnel(query: ReportQuery<'funnel'>, options: ScopeOptions): CompiledReport {
  const scope = createQueryScope(query, options);
  const steps = query.steps.map((step) => stepOf(step, scope.bind));
  const kept = steps.map((step) => step.kept);
  const isKept = !scope.raw && kept.every((condition) => condition !== undefined);
  const conditions = isKept ? kept : steps.map(({ where }) => where);
  const any = `(${conditions.map((condition) => `(${condition})`).join(' OR ')})`;
  const within = `occurred_at >= ${scope.fromTime} AND occurred_at < ${scope.toTime}`;
  // The day is what both tables are sorted by.
  const days = `toDate(${scope.fromTime}) AND toDate(${scope.toTime})`;
  const shown = query.surface === undefined ? '' : ` AND surface = '${query.surface}'`;
  const rows = isKept
    ? scope.from('steps', `day BETWEEN ${days} AND ${within} AND ${any}${shown}`)
    : scope.events(`event_day BETWEEN ${days} AND ${within} AND ${any}${shown}`);
  const windowMs = (query.windowSeconds ?? DAY_SECONDS) * 1_000;
  const at = 'toUInt64(toUnixTimestamp64Milli(occurred_at))';
  const level = (surface?: string) =>
    `windowFunnel${surface ? 'If' : ''}(${windowMs})(${at}, ${conditions.join(', ')}${surface ? `, surface = '${surface}'` : ''})`;
  // Whoever is seen to come so far was kept at the lowest rate of what they did until there.
  const weight = isKept ? 'greatest(1, toFloat64(greatest_weight))' : 'toFloat64(sample_weight)';
  const weights = (surface?: string) =>
    `[${conditions.map((_, i) => `maxIf(${weight}, (${conditions.slice(0, i + 1).join(' OR ')})${surface ? ` AND surface = '${surface}'` : ''})`).join(', ')}]`;
  const weighed = scope.sampled
    ? `, ${weights()} AS weights, ${weights('h5')} AS h5_weights, ${weights('native')} AS native_weights`
    : '';
  const reached = (n: number, prefix: string) =>
    scope.sampled
      ? `sumIf(${prefix}weights[${n}], ${prefix}level >= ${n}), sumIf(pow(${prefix}weights[${n}], 2), ${prefix}level >= ${n})`
      : `countIf(${prefix}level >= ${n}), countIf(${prefix}level >= ${n})`;
  const counts = steps
    .map((_, i) => `(${i + 1}, ${['', 'h5_', 'native_'].map((prefix) => reached(i + 1, prefix)).join(', ')})`)
    .join(', ');
  const limit = scope.bind('UInt32', rowLimit(query));
  return {
    rows: scope.compiled(`
  WITH reached AS (
    SELECT
      count.1 AS step, ${scope.sampled ? estimate('count.2') : 'count.2'} AS visitors, count.3 AS squares,
      count.4 AS h5, count.5 AS h5Squares, count.6 AS native, count.7 AS nativeSquares
    FROM (
      SELECT [${counts}] AS counts
      FROM (
        SELECT visitor, ${level()} AS level, ${level('h5')} AS h5_level, ${level('native')} AS native_level${weighed}
        FROM ${scope.withVisitor(rows)} GROUP BY visitor
      )
    )
    ARRAY JOIN counts AS count
  )
  SELECT
    step, visitors,
    if(first_value(visitors) OVER w = 0, 0, least(1, visitors / first_value(visitors) OVER w)) AS ratio,
    if(step = 1, 1, if(lagInFrame(visitors) OVER w = 0, 0, least(1, visitors / lagInFrame(visitors) OVER w))) AS stepRatio,
    h5, native, squares, h5Squares, nativeSquares
  FROM reached WINDOW w AS (ORDER BY step ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  ORDER BY step LIMIT ${limit}`),
  };
}
