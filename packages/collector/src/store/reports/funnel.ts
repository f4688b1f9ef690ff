import type { ReportQuery } from '@tidemark/protocol';
import type { CompiledReport } from './compiled-query.js';
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
  const counts = steps
    .map((_, i) => i + 1)
    .map((n) => `(${n}, countIf(level >= ${n}), countIf(h5_level >= ${n}), countIf(native_level >= ${n}))`)
    .join(', ');
  const limit = scope.bind('UInt32', rowLimit(query));
  return {
    rows: scope.compiled(`
  WITH reached AS (
    SELECT count.1 AS step, count.2 AS visitors, count.3 AS h5, count.4 AS native
    FROM (
      SELECT [${counts}] AS counts
      FROM (
        SELECT visitor, ${level()} AS level, ${level('h5')} AS h5_level, ${level('native')} AS native_level
        FROM ${scope.withVisitor(rows)} GROUP BY visitor
      )
    )
    ARRAY JOIN counts AS count
  )
  SELECT
    step, visitors,
    if(first_value(visitors) OVER w = 0, 0, visitors / first_value(visitors) OVER w) AS ratio,
    if(step = 1, 1, if(lagInFrame(visitors) OVER w = 0, 0, visitors / lagInFrame(visitors) OVER w)) AS stepRatio,
    h5, native
  FROM reached WINDOW w AS (ORDER BY step ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW)
  ORDER BY step LIMIT ${limit}`),
  };
}
