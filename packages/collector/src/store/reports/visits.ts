import type { Surface } from '@tidemark/protocol';
import type { QueryScope } from './query-scope.js';

const DAY_MS = 86_400_000;
/** The day is the device's word on when a session began, and its first event is near it. */
const NEAR_DAYS = 2;
/** Each costs the store a few milliseconds before its first row. */
const STRETCHES = 3;
/** Of fewer days there is nothing to gain. */
const STRETCHED_FROM_DAYS = 14;

/**
 * One row a session that began in the asked range, and showed something on the asked surface where one is asked for: visitor,
 * user_id, began_at, duration_ms, event_count, h5_count, native_count, view_count (on that surface), conversion_count,
 * event_left_out, h5_left_out, native_left_out and view_left_out (how many more there were that sampling left out), weight (how many
 * sessions it stands for: by the least weight of its events; where only those that show something on a surface are asked for, by
 * that of its views there), and entry_view and exit_view as the table has them.
 */
export function visits(scope: QueryScope, surface?: Surface): string {
  return select(scope, surface, 'visitor, ', scope.withVisitor);
}

/** The same without `visitor`: who is who takes longer to find out than all the rest. */
export function anonymousVisits(scope: QueryScope): string {
  return select(scope, undefined, '', (rows) => rows);
}

function select(
  scope: QueryScope,
  surface: Surface | undefined,
  visitor: string,
  withVisitor: (rows: string) => string,
): string {
  const shown = surface === undefined ? 'h5_count + native_count' : `${surface}_count`;
  const left = surface === undefined ? 'h5_left_out + native_left_out' : `${surface}_left_out`;
  const seen = scope.sampled ? 'greatest(1, toFloat64(least_weight))' : '1';
  const weight = surface === undefined ? seen : 'if(view_count = 0, 1, 1 + view_left_out / view_count)';
  // Columns that say nothing are not read.
  const leftOut = (column: string) => (scope.sampled ? column : 'toFloat64(0)');
  return `(
    SELECT
      ${visitor}user_id, first_at AS began_at, toInt64(dateDiff('millisecond', first_at, last_at)) AS duration_ms,
      events AS event_count, h5_views AS h5_count, native_views AS native_count, ${shown} AS view_count,
      conversions AS conversion_count, entry_view, exit_view,
      ${leftOut('events_left_out')} AS event_left_out, ${leftOut('h5_views_left_out')} AS h5_left_out,
      ${leftOut('native_views_left_out')} AS native_left_out,
      ${left} AS view_left_out, ${weight} AS weight
    FROM ${withVisitor(begun(scope))}
    ${surface === undefined ? '' : 'WHERE view_count > 0'}
  )`;
}

/**
 * Sessions that began in the asked range, as the table has them.
 *
 * FINAL puts rows of one session together wherever parts of the table overlap, and looks for such places coarsely: of parts that lie
 * one behind the other in time it takes most rows to overlap. A session has one day; asked for by stretches of days, more rows are
 * read as they lie. Of 700,000 sessions that saves a report of pages 60 ms of CPU time of 660.
 */
export function begun(scope: QueryScope): string {
  const began = `first_at >= ${scope.fromTime} AND first_at < ${scope.toTime}`;
  const first = Math.floor(scope.fromMs / DAY_MS) - NEAR_DAYS;
  const end = Math.floor(scope.toMs / DAY_MS) + NEAR_DAYS + 1;
  const day = (number: number) => scope.bind('Date', new Date(number * DAY_MS).toISOString().slice(0, 10));
  const stretch = (from: number, to: number) =>
    scope.from('sessions', `session_day >= ${day(from)} AND session_day < ${day(to)} AND ${began}`);
  if (scope.raw || end - first < STRETCHED_FROM_DAYS) return stretch(first, end);
  const border = (i: number) => first + Math.floor(((end - first) * i) / STRETCHES);
  const stretches = Array.from({ length: STRETCHES }, (_, i) => stretch(border(i), border(i + 1)));
  return `(${stretches.map((rows) => `SELECT * FROM ${rows}`).join(' UNION ALL ')})`;
}
