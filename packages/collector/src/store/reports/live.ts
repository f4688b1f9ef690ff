import type { LiveFigures, ReportQuery } from '@tidemark/protocol';
import type { CompiledReport } from './compiled-query.js';
import { createQueryScope, type ScopeOptions } from './query-scope.js';
import { rowLimit } from './row-limit.js';

const MINUTES = 30;
const MINUTE_MS = 60_000;

export interface LiveTotals extends LiveFigures {
  /** Of one surface: views, conversions, events, errors. */
  readonly h5: readonly [number, number, number, number];
  readonly native: readonly [number, number, number, number];
}

const FIGURES = `
    sum(m.events) AS events, sum(m.views) AS views, sum(m.clicks) AS clicks, sum(m.conversions) AS conversions,
    sum(m.subscriptions_placed + m.sales_placed) AS orders, sum(m.errors) AS errors`;

/** @param nowMs - the minute that it lies in is the last one. */
export function compileLive(query: ReportQuery<'live'>, options: ScopeOptions, nowMs: number): CompiledReport {
  const last = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const range = { from: last - (query.minutes ?? MINUTES) * MINUTE_MS, to: last };
  const scope = createQueryScope({ ...query, ...range }, options);
  const shown = query.surface === undefined ? '' : ` AND surface = '${query.surface}'`;
  const minutes = scope.from('minute_activity', `minute >= ${scope.fromTime} AND minute < ${scope.toTime}${shown}`);
  const limit = scope.bind('UInt32', rowLimit(query));
  const ofSurface = (surface: string) =>
    `(${['views', 'conversions', 'events', 'errors'].map((figure) => `sumIf(m.${figure}, surface = '${surface}')`).join(', ')}) AS ${surface}`;
  return {
    rows: scope.compiled(`
  SELECT toInt64(toUnixTimestamp(minute)) * 1000 AS at,${FIGURES}, uniqExactMerge(m.visitors) AS visitors
  FROM ${minutes} AS m GROUP BY at ORDER BY at DESC LIMIT ${limit}`),
    totals: scope.compiled(`
  SELECT ${FIGURES}, uniqExactMerge(m.visitors) AS visitors, ${ofSurface('h5')}, ${ofSurface('native')}
  FROM ${minutes} AS m`),
  };
}
