import type { Surface } from '@tidemark/protocol';
import type { QueryScope } from './query-scope.js';

const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;

/**
 * Page statistics of the asked hours, several rows a page: whole days from the table of days, what is left of the first and the
 * last from that of hours. Columns surface, page, views, views_left_out, view_ends, visitors, dwell_ms.
 */
export function pageStatistics(scope: QueryScope, surface: Surface | undefined): string {
  const columns = 'surface, page, views, views_left_out, view_ends, visitors, dwell_ms';
  const shown = surface === undefined ? '' : ` AND surface = '${surface}'`;
  const first = Math.floor(scope.fromMs / HOUR_MS) * HOUR_MS;
  const hours = (fromMs: number, toMs: number) =>
    `(hour >= toDateTime(${scope.bind('UInt32', fromMs / 1_000)}, 'UTC') AND hour < toDateTime64(${scope.bind('Float64', toMs / 1_000)}, 3, 'UTC'))`;
  const firstDay = Math.ceil(first / DAY_MS) * DAY_MS;
  const lastDay = Math.floor(scope.toMs / DAY_MS) * DAY_MS;
  if (scope.raw || lastDay <= firstDay) {
    return `(SELECT ${columns} FROM ${scope.from('page_stats', `${hours(first, scope.toMs)}${shown}`)})`;
  }
  const day = (ms: number) => scope.bind('Date', new Date(ms).toISOString().slice(0, 10));
  const days = scope.from('page_days', `day >= ${day(firstDay)} AND day < ${day(lastDay)}${shown}`);
  const edges = [
    ...(first < firstDay ? [hours(first, firstDay)] : []),
    ...(lastDay < scope.toMs ? [hours(lastDay, scope.toMs)] : []),
  ];
  if (edges.length === 0) return `(SELECT ${columns} FROM ${days})`;
  return `(
    SELECT ${columns} FROM ${days}
    UNION ALL
    SELECT ${columns} FROM ${scope.from('page_stats', `(${edges.join(' OR ')})${shown}`)}
  )`;
}
