import type { PagesReport, ReportByName, ReportName, SessionsReport, VisitorsReport } from '@tidemark/protocol';
import { askCollector } from './ask-collector.js';
import { findCollector } from './find-collector.js';
import { formatDuration, formatTable } from './format-table.js';

export interface ReportOptions {
  readonly json?: boolean;
  readonly from?: string;
  readonly to?: string;
  readonly surface?: string;
  readonly app?: string;
  readonly limit?: string;
}

/** Rows that a person reads; `--json` gives all. */
const PRINTED_ROWS = 25;

/** `tidemark report NAME`: asks the running collector and prints a table, or one JSON object. */
export async function reportCommand(name: ReportName, options: ReportOptions): Promise<void> {
  const report = await fetchReport(name, options);
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : print(name, report));
}

async function fetchReport<N extends ReportName>(name: N, options: ReportOptions): Promise<ReportByName[N]> {
  const target = await findCollector(process.env, 'read');
  const query = new URLSearchParams();
  const { from, to, surface, app: appId, limit } = options;
  for (const [field, value] of Object.entries({ from, to, surface, appId, limit })) if (value) query.set(field, value);
  return askCollector<ReportByName[N]>(target, `/v1/reports/${name}?${query}`);
}

function print(name: ReportName, report: ReportByName[ReportName]): string {
  switch (name) {
    case 'pages':
      return printPages(report as PagesReport); // the name tells which
    case 'sessions':
      return printSessions(report as SessionsReport);
    case 'visitors':
      return printVisitors(report as VisitorsReport);
  }
}

function printPages({ rows, totals }: PagesReport): string {
  const table = formatTable(
    ['page', 'surface', 'views', 'visitors', 'entries', 'exits', 'bounces', 'median dwell'],
    rows
      .slice(0, PRINTED_ROWS)
      .map((row) => [
        row.page,
        row.surface,
        row.views,
        row.visitors,
        row.entries,
        row.exits,
        row.bounces,
        formatDuration(row.dwellMsMedian),
      ]),
  );
  return `${table}${more(rows.length)}\n${totals.views} views, ${totals.visitors} visitors, ${totals.sessions} sessions\n`;
}

function printSessions({ rows, totals }: SessionsReport): string {
  const cells = (day: string, row: SessionsReport['totals']) => [
    day,
    row.sessions,
    row.visitors,
    row.events,
    row.views,
    row.bounces,
    `${(row.bounceRatio * 100).toFixed(1)} %`,
    formatDuration(row.durationMsMedian),
  ];
  return formatTable(
    ['day (UTC)', 'sessions', 'visitors', 'events', 'views', 'bounces', 'bounce rate', 'median duration'],
    [...rows.slice(-PRINTED_ROWS).map((row) => cells(row.day, row)), cells('all', totals)],
  );
}

function printVisitors({ rows, totals }: VisitorsReport): string {
  const cells = (day: string, row: VisitorsReport['totals']) => [day, row.visitors, row.users, row.sessions, row.views];
  return formatTable(
    ['day (UTC)', 'visitors', 'users', 'sessions', 'views'],
    [...rows.slice(-PRINTED_ROWS).map((row) => cells(row.day, row)), cells('all', totals)],
  );
}

function more(rows: number): string {
  return rows > PRINTED_ROWS ? `... and ${rows - PRINTED_ROWS} more pages (--json gives all)\n` : '';
}
