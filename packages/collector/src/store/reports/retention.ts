import type { ReportQuery } from '@tidemark/protocol';
import type { CompiledReport } from './compiled-query.js';
import { estimate } from './estimate.js';
import { createQueryScope, type QueryScope, type ScopeOptions } from './query-scope.js';
import { rowLimit } from './row-limit.js';

const PERIODS = 12;
const DAY_MS = 86_400_000;

type CohortQuery = ReportQuery<'cohorts'>;
type Width = NonNullable<CohortQuery['interval']>;

/** Number of the interval that a day lies in, and the first day of an interval by its number. Weeks begin on Monday. */
const INDEX: Readonly<
  Record<Width, { readonly of: (day: string) => string; readonly begins: (index: string) => string }>
> = {
  day: { of: (day) => `toInt32(toRelativeDayNum(${day}))`, begins: (index) => `toString(toDate(${index}))` },
  week: {
    of: (day) => `intDiv(toInt32(toRelativeDayNum(toMonday(${day}))) + 3, 7)`, // 1970-01-01 was a Thursday
    begins: (index) => `toString(toDate(${index} * 7 - 3))`,
  },
  month: {
    of: (day) => `toInt32(toRelativeMonthNum(${day}))`,
    begins: (index) => `toString(makeDate(intDiv(${index} - 1, 12), (${index} - 1) % 12 + 1, 1))`,
  },
};

export interface RetentionCount {
  readonly period: number;
  readonly eligible: number;
  readonly visitors: number;
  readonly ratio: number;
  /** Squares of what each of the eligible stands for. */
  readonly squares: number;
  /** Of one surface: eligible, visitors who came, and the squares of what the eligible stand for. */
  readonly h5: readonly [number, number, number];
  readonly native: readonly [number, number, number];
}

/**
 * Intervals in which visitors were seen, from user days: `lens` ('' all, or a surface by itself), `first`, and `later`, the
 * numbers of the intervals after it. The cohort is that of the first day ever; the asked range says which cohorts are shown.
 */
function returns(scope: QueryScope, query: CohortQuery, lenses: readonly string[]): string {
  const index = INDEX[query.interval ?? 'week'].of;
  const day = (ms: number) => scope.bind('Date', new Date(ms).toISOString().slice(0, 10));
  const shown = query.surface === undefined ? '' : ` AND surface = '${query.surface}'`;
  const days = scope.from('user_days', `day < ${day(Math.ceil(scope.toMs / DAY_MS) * DAY_MS)}${shown}`);
  return `(
    SELECT
      lens, min(seen) AS first, ${seenOf(scope)}
    FROM (
      SELECT visitor, arrayJoin([${lenses.join(', ')}]) AS lens, ${index('day')} AS seen${scope.sampled ? ', greatest(1, toFloat64(least_weight)) AS weight' : ''} FROM ${scope.withVisitor(days)}
    )
    GROUP BY lens, visitor
    HAVING first >= ${index(day(Math.floor(scope.fromMs / DAY_MS) * DAY_MS))}
  )`;
}

/**
 * When they were seen, how many each stands for, and for how many who are seen in the interval that `came` names: both times kept.
 * Somebody is kept at the highest rate of what they did in an interval.
 */
const seenOf = (scope: QueryScope) =>
  scope.sampled
    ? 'minMap([seen], [weight]) AS seen_weights, seen_weights.1 AS all_seen, seen_weights.2 AS weights, weights[indexOf(all_seen, first)] AS first_weight'
    : 'groupUniqArray(seen) AS all_seen, [1] AS weights, 1 AS first_weight';

/** What those stand for who came again in the interval, and were there in their first. */
const CAME = 'sumIf(greatest(first_weight, weights[indexOf(all_seen, first + period)]), has(all_seen, first + period)';

/** The last interval that could be seen whole or in part: that of the latest day there is, or of the end of the range. */
function latest(scope: QueryScope, query: CohortQuery): string {
  const day = scope.bind('Date', new Date(scope.toMs - 1).toISOString().slice(0, 10));
  return `(SELECT ${INDEX[query.interval ?? 'week'].of('max(day)')} FROM ${scope.from('user_days', `day <= ${day}`)})`;
}

/** Of visitors of all cohorts, how many came again so many intervals later. */
export function compileRetention(query: ReportQuery<'retention'>, options: ScopeOptions): CompiledReport {
  const scope = createQueryScope(query, options);
  const periods = scope.bind('UInt32', query.periods ?? PERIODS);
  const limit = scope.bind('UInt32', rowLimit(query));
  const lenses = query.surface === undefined ? [`''`, 'toString(surface)'] : [`''`];
  const of = (lens: string) =>
    `(sumIf(first_weight, lens = '${lens}'), ${CAME} AND lens = '${lens}'), sumIf(first_weight * first_weight, lens = '${lens}')) AS`;
  return {
    rows: scope.compiled(`
  WITH ${latest(scope, query)} AS latest
  SELECT
    period, ${estimate(`sumIf(first_weight, lens = '')`)} AS eligible, ${estimate(`${CAME} AND lens = '')`)} AS visitors,
    if(eligible = 0, 0, least(1, visitors / eligible)) AS ratio, sumIf(first_weight * first_weight, lens = '') AS squares, ${of('h5')} h5, ${of('native')} native
  FROM (
    SELECT lens, first, all_seen, weights, first_weight, arrayJoin(range(toUInt32(least(latest - first, ${periods}) + 1))) AS period
    FROM ${returns(scope, query, lenses)} WHERE first <= latest
  )
  GROUP BY period ORDER BY period LIMIT ${limit}`),
  };
}

/** Of each cohort, how many came so many intervals later. */
export function compileCohorts(query: CohortQuery, options: ScopeOptions): CompiledReport {
  const scope = createQueryScope(query, options);
  const periods = scope.bind('UInt32', query.periods ?? PERIODS);
  const limit = scope.bind('UInt32', rowLimit(query));
  const { begins } = INDEX[query.interval ?? 'week'];
  const cohorts = returns(scope, query, [`''`]);
  return {
    rows: scope.compiled(`
  WITH ${latest(scope, query)} AS latest
  SELECT
    ${begins('first')} AS cohort, period, ${estimate('sum(first_weight)')} AS size, ${estimate(`${CAME})`)} AS visitors, least(1, visitors / size) AS ratio
  FROM (
    SELECT first, all_seen, weights, first_weight, arrayJoin(range(toUInt32(least(latest - first, ${periods}) + 1))) AS period
    FROM ${cohorts} WHERE first <= latest
  )
  GROUP BY first, period ORDER BY first, period LIMIT ${limit}`),
    totals: scope.compiled(`
  SELECT ${estimate('sum(first_weight)')} AS visitors, uniqExact(first) AS cohorts FROM ${cohorts}`),
  };
}
