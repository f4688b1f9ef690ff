import type { LiveFigures, ReportQuery } from '@tidemark/protocol';
import type { CompiledReport } from './compiled-query.js';
import { estimate } from './estimate.js';
import { createQueryScope, type ScopeOptions } from './query-scope.js';
import { rowLimit } from './row-limit.js';

const MINUTES = 30;
const MINUTE_MS = 60_000;

export interface LiveTotals extends LiveFigures {
  /** Of one surface: events, errors, and the squares of what each event stands for. */
  readonly h5: readonly [number, number, number];
  readonly native: readonly [number, number, number];
}

/** With those that sampling left out. Orders and conversions are never sampled. */
const whole = (figure: string) => `${estimate(`sum(m.${figure}) + sum(m.${figure}_left_out)`)} AS ${figure}`;

const FIGURES = `
    ${whole('events')}, ${whole('views')}, ${whole('clicks')}, sum(m.conversions) AS conversions,
    sum(m.subscriptions_placed + m.sales_placed) AS orders, ${whole('errors')}`;

/** @param nowMs - the minute that it lies in is the last one. */
export function compileLive(query: ReportQuery<'live'>, options: ScopeOptions, nowMs: number): CompiledReport {
  const last = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const range = { from: last - (query.minutes ?? MINUTES) * MINUTE_MS, to: last };
  const scope = createQueryScope({ ...query, ...range }, options);
  const shown = query.surface === undefined ? '' : ` AND surface = '${query.surface}'`;
  const minutes = scope.from('minute_activity', `minute >= ${scope.fromTime} AND minute < ${scope.toTime}${shown}`);
  const limit = scope.bind('UInt32', rowLimit(query));
  const ofSurface = (surface: string) =>
    `(${['events + m.events_left_out', 'errors + m.errors_left_out', 'events + m.square_excess'].map((figure) => `sumIf(m.${figure}, surface = '${surface}')`).join(', ')}) AS ${surface}`;
  return {
    rows: scope.compiled(`
  SELECT toInt64(toUnixTimestamp(minute)) * 1000 AS at,${FIGURES}, uniqExactMerge(m.visitors) AS visitors
  FROM ${minutes} AS m GROUP BY at ORDER BY at DESC LIMIT ${limit}`),
    totals: scope.compiled(`
  SELECT ${FIGURES}, uniqExactMerge(m.visitors) AS visitors, ${ofSurface('h5')}, ${ofSurface('native')}
  FROM ${minutes} AS m`),
  };
}
