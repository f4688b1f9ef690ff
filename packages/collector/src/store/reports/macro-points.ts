import type { MacroPublication, MacroQuery } from '@tidemark/protocol';
import type { CompiledQuery } from './compiled-query.js';
import { createQueryScope, type ScopeOptions } from './query-scope.js';

/** A series as of a moment. Times are epoch milliseconds. */
export interface MacroSeriesRow extends MacroPublication {
  readonly series: string;
  readonly country: string;
  readonly publishedCount: number;
  readonly periodCount: number;
  readonly firstPeriodAt: number;
  readonly lastPeriodAt: number;
  /** Of periods that had begun; with none, the current publication says nothing. */
  readonly begunCount: number;
}

/** Which words there are on one period of a series. */
export interface MacroPeriod {
  readonly series: string;
  readonly periodAt: number;
  readonly asOf: number;
}

const PERIOD_MS = 'toUnixTimestamp64Milli(period_at)';
const KNOWN_MS = 'toUnixTimestamp64Milli(occurred_at)';
/** A later period, or a later word on the same: by number, then by when it was said, as the series of the analytics. */
const FORCE = '(period_ms, number, known_ms, amount)';

/** What was published by a moment. A copy changes nothing that is asked of it, so rows need not be merged first. */
function published(asOf: number, options: ScopeOptions, series: string | undefined) {
  const scope = createQueryScope({ to: asOf + 1 }, options);
  const named = series === undefined ? '' : ` AND name = ${scope.bind('String', series)}`;
  const rows = scope.events(`event_type = 'macro_point' AND occurred_at < ${scope.toTime}${named}`);
  return { scope, rows };
}

/** All series of a workspace, or one, each with the value that holds at the moment. */
export function compileMacroSeries(
  { series, asOf }: MacroQuery & { readonly asOf: number },
  options: ScopeOptions,
): CompiledQuery {
  const { scope, rows } = published(asOf, options, series);
  const begun = `period_ms <= ${scope.bind('Float64', asOf)}`;
  const current = (what: string) => `argMaxIf(${what}, ${FORCE}, ${begun})`;
  // Under names of their own: what an aggregate is called must not hide what another one reads.
  return scope.compiled(`
    SELECT series, argMax(home, known_ms) AS country, uniqExact(event_id) AS publishedCount,
      uniqExact(period_ms) AS periodCount, min(period_ms) AS firstPeriodAt, max(period_ms) AS lastPeriodAt,
      countIf(${begun}) AS begunCount, ${current('period_ms')} AS periodAt, ${current('known_ms')} AS knownAt,
      ${current('amount')} AS value, ${current('number')} AS revision, ${current('publisher')} AS source
    FROM (
      SELECT name AS series, props['country'] AS home, event_id, ${PERIOD_MS} AS period_ms, ${KNOWN_MS} AS known_ms,
        value AS amount, revision AS number, source AS publisher
      FROM ${rows}
    )
    GROUP BY series ORDER BY series`);
}

/** All words on one period that were published by a moment, oldest first. */
export function compileMacroRevisions({ series, periodAt, asOf }: MacroPeriod, options: ScopeOptions): CompiledQuery {
  const { scope, rows } = published(asOf, options, series);
  return scope.compiled(`
    SELECT DISTINCT ${PERIOD_MS} AS periodAt, ${KNOWN_MS} AS knownAt, value, revision, source
    FROM ${rows}
    WHERE ${PERIOD_MS} = toInt64(${scope.bind('Float64', periodAt)})
    ORDER BY knownAt, revision, value, source`);
}
