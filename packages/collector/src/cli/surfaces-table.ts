import type { SurfacesReport } from '@tidemark/protocol';
import { formatDuration, formatTable } from './format-table.js';
import { percent, type ReportTable } from './report-table.js';

const WAYS_SHOWN = 15;

/** The same content on both surfaces, one under the other; beneath, the ways between them. */
export function surfacesTable({ rows, totals, ways }: SurfacesReport): ReportTable {
  const shown = [...ways].sort((a, b) => b.views - a.views).slice(0, WAYS_SHOWN);
  const waysTable = formatTable(
    ['went on from', 'on', 'to', 'by', 'views', 'of all from there'],
    shown.map((row) => [called(row.name), row.fromSurface, row.surface, row.way, row.views, percent(row.share)]),
  );
  return {
    head: ['', 'surface', 'sessions', 'views', 'converted', 'dropped off', 'with errors', 'median dwell', 'LCP', 'INP'],
    rows: rows.map((row) => [
      called(row.name),
      row.surface,
      row.sessions,
      row.views,
      row.conversionRatio === null ? '-' : percent(row.conversionRatio),
      percent(row.dropOffRatio),
      percent(row.errorRatio),
      formatDuration(row.dwellMsMedian),
      formatDuration(row.lcpMsP75),
      formatDuration(row.inpMsP75),
    ]),
    last: [
      ...(shown.length > 0 ? [`\n${waysTable}`] : []),
      `\n${totals.sessions} sessions showed something`,
      totals.everyNth > 1 ? `; one in ${totals.everyNth} was looked at\n` : '\n',
    ].join(''),
  };
}

function called(name: string): string {
  return name === '' ? '(none)' : name;
}
