import type { ReportQuery } from '@tidemark/protocol';
import type { CompiledReport } from './compiled-query.js';
import { createQueryScope, type ScopeOptions } from './query-scope.js';
import { firstRow, rowLimit } from './row-limit.js';

export interface TransitionsTotals {
  readonly transitions: number;
  /** Of one surface: all, and those that went back. */
  readonly h5: readonly [number, number];
  readonly native: readonly [number, number];
}

/** Ways from page to page, by the hour like page statistics. */
export function compileTransitions(query: ReportQuery<'transitions'>, options: ScopeOptions): CompiledReport {
  const scope = createQueryScope(query, options);
  const within = `hour >= toStartOfHour(toDateTime(${scope.fromTime}, 'UTC')) AND hour < ${scope.toTime}`;
  const shown = query.surface === undefined ? '' : ` AND surface = '${query.surface}'`;
  const moves = scope.from('transitions', `${within}${shown}`);
  const limit = scope.bind('UInt32', rowLimit(query) + (query.format === undefined ? 1 : 0)); // one more tells whether there are more
  const offset = scope.bind('UInt32', firstRow(query));
  const order = `${query.orderBy ?? 'transitions'} ${query.order ?? 'desc'}`;
  const ofSurface = (surface: string) =>
    `(sumIf(t.transitions, surface = '${surface}'), sumIf(t.transitions, surface = '${surface}' AND way = 'back')) AS ${surface}`;
  return {
    rows: scope.compiled(`
  SELECT
    from_page AS fromPage, page, surface, way, sum(t.transitions) AS transitions,
    transitions / sum(transitions) OVER (PARTITION BY fromPage) AS shareOfFrom
  FROM ${moves} AS t GROUP BY fromPage, page, surface, way
  ORDER BY ${order}, fromPage, page, surface, way
  LIMIT ${limit} OFFSET ${offset}`),
    totals: scope.compiled(`
  SELECT sum(t.transitions) AS transitions, ${ofSurface('h5')}, ${ofSurface('native')}
  FROM ${moves} AS t`),
  };
}
