import type { OverviewFigures, ReportByName, ReportName, SessionFigures, VisitorFigures } from '@tidemark/protocol';
import { effectiveDataTable } from './effective-data-table.js';
import { formatDuration } from './format-table.js';
import { percent, type ReportTable } from './report-table.js';
import { surfacesTable } from './surfaces-table.js';

const TABLES: { readonly [N in ReportName]: (report: ReportByName[N]) => ReportTable } = {
  overview: ({ rows, totals }) => ({
    head: ['from (UTC)', 'visitors', 'users', 'sessions', 'views', 'bounce rate', 'conversion', 'median duration'],
    rows: [...rows.map((row) => overviewCells(moment(row.at), row)), overviewCells('all', totals)],
    last: '',
    newestLast: true,
  }),
  pages: ({ rows, totals }) => ({
    head: ['page', 'surface', 'views', 'visitors', 'entries', 'exits', 'bounces', 'median dwell'],
    rows: rows.map((row) => [
      row.page,
      row.surface,
      row.views,
      row.visitors,
      row.entries,
      row.exits,
      row.bounces,
      formatDuration(row.dwellMsMedian),
    ]),
    last: `\n${totals.views} views, ${totals.visitors} visitors, ${totals.sessions} sessions\n`,
  }),
  sessions: ({ rows, totals }) => ({
    head: ['day', 'sessions', 'visitors', 'events', 'views', 'bounces', 'bounce rate', 'median duration'],
    rows: [...rows.map((row) => sessionCells(row.day, row)), sessionCells('all', totals)],
    last: '',
    newestLast: true,
  }),
  visitors: ({ rows, totals }) => ({
    head: ['day', 'visitors', 'users', 'sessions', 'views'],
    rows: [...rows.map((row) => visitorCells(row.day, row)), visitorCells('all', totals)],
    last: '',
    newestLast: true,
  }),
  transitions: ({ rows, totals }) => ({
    head: ['from', 'to', 'surface', 'way', 'transitions', 'of all from there'],
    rows: rows.map((row) => [row.fromPage, row.page, row.surface, row.way, row.transitions, percent(row.shareOfFrom)]),
    last: `\n${totals.transitions} transitions\n`,
  }),
  funnel: ({ rows, totals }) => ({
    head: ['step', 'visitors', 'of the first', '95 % interval', 'of the one before'],
    rows: rows.map((row) => [row.step, row.visitors, percent(row.ratio), ends(row), percent(row.stepRatio)]),
    last: `\n${totals.converted} of ${totals.visitors} visitors came to the end\n`,
  }),
  retention: ({ rows }) => ({
    head: ['intervals later', 'could come', 'came', 'ratio', '95 % interval'],
    rows: rows.map((row) => [row.period, row.eligible, row.visitors, percent(row.ratio), ends(row)]),
    last: '',
  }),
  cohorts: ({ rows, totals }) => ({
    head: ['cohort', 'size', 'intervals later', 'came', 'ratio'],
    rows: rows.map((row) => [row.cohort, row.size, row.period, row.visitors, percent(row.ratio)]),
    last: `\n${totals.visitors} visitors in ${totals.cohorts} cohorts\n`,
  }),
  live: ({ rows, totals }) => ({
    head: ['minute (UTC)', 'events', 'views', 'clicks', 'conversions', 'orders', 'errors', 'visitors'],
    rows: rows.map((row) => [
      moment(row.at),
      row.events,
      row.views,
      row.clicks,
      row.conversions,
      row.orders,
      row.errors,
      row.visitors,
    ]),
    last: `\n${totals.events} events of ${totals.visitors} visitors\n`,
  }),
  'effective-data': effectiveDataTable,
  surfaces: surfacesTable,
};

export function reportTable<N extends ReportName>(name: N, report: ReportByName[N]): ReportTable {
  return TABLES[name](report);
}

function overviewCells(at: string, row: OverviewFigures): ReportTable['rows'][number] {
  return [
    at,
    row.visitors,
    row.users,
    row.sessions,
    row.views,
    percent(row.bounceRatio),
    percent(row.conversionRatio),
    formatDuration(row.durationMsMedian),
  ];
}

function sessionCells(day: string, row: SessionFigures): ReportTable['rows'][number] {
  return [
    day,
    row.sessions,
    row.visitors,
    row.events,
    row.views,
    row.bounces,
    percent(row.bounceRatio),
    formatDuration(row.durationMsMedian),
  ];
}

function visitorCells(day: string, row: VisitorFigures): ReportTable['rows'][number] {
  return [day, row.visitors, row.users, row.sessions, row.views];
}

function moment(ms: number): string {
  return new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
}

function ends({ low, high }: { readonly low: number | null; readonly high: number | null }): string {
  return low === null || high === null ? '-' : `${percent(low)} to ${percent(high)}`;
}
