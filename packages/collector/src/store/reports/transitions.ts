import type { ReportQuery } from '@tidemark/protocol';
import type { CompiledReport } from './compiled-query.js';
import { estimate } from './estimate.js';
import { createQueryScope, type ScopeOptions } from './query-scope.js';
import { firstRow, rowLimit } from './row-limit.js';

export interface TransitionsTotals {
  readonly transitions: number;
  /** Of one surface: all, those that went back, and the squares of what each stands for. */
  readonly h5: readonly [number, number, number];
  readonly native: readonly [number, number, number];
}

/** How many ways a row tells of, with those that sampling left out. */
const ONE = 't.transitions + t.transitions_left_out';

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
    `(
      sumIf(${ONE}, surface = '${surface}'), sumIf(${ONE}, surface = '${surface}' AND way = 'back'),
      sumIf(t.transitions + t.square_excess, surface = '${surface}')
    ) AS ${surface}`;
  return {
    rows: scope.compiled(`
  SELECT
    from_page AS fromPage, page, surface, way, ${estimate(`sum(${ONE})`)} AS transitions,
    transitions / sum(transitions) OVER (PARTITION BY fromPage) AS shareOfFrom
  FROM ${moves} AS t GROUP BY fromPage, page, surface, way
  ORDER BY ${order}, fromPage, page, surface, way
  LIMIT ${limit} OFFSET ${offset}`),
    totals: scope.compiled(`
  SELECT ${estimate(`sum(${ONE})`)} AS transitions, ${ofSurface('h5')}, ${ofSurface('native')}
  FROM ${moves} AS t`),
  };
}
