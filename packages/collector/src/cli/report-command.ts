import { Writable } from 'node:stream';
import type { ReportByName, ReportName, SurfaceComparison } from '@tidemark/protocol';
import { REPORT_NAMES } from '@tidemark/protocol';
import { Argument, type Command } from 'commander';
import { askCollector, requestCollector } from './ask-collector.js';
import { createExportProgress } from './export-progress.js';
import { findCollector } from './find-collector.js';
import { formatTable } from './format-table.js';
import { type ReportOptions, reportParameters, requireSteps } from './report-parameters.js';
import { percent } from './report-table.js';
import { reportTable } from './report-tables.js';

/** Rows that a person reads; `--json` gives all. */
const PRINTED_ROWS = 25;
/** Five figures of nine kinds of pages. */
const PRINTED_COMPARISONS = 45;

export function addReportCommand(program: Command): void {
  program
    .command('report')
    .description('print a report of the running collector')
    .addArgument(new Argument('<name>', 'what it tells').choices([...REPORT_NAMES]))
    .option('--json', 'print all rows as one JSON object')
    .option('--from <time>', 'ISO 8601 or epoch milliseconds; UTC when no zone is said')
    .option('--to <time>', 'the same, not included')
    .option('--surface <name>', 'h5 or native')
    .option('--app <id>', 'one app only')
    .option('--limit <rows>', 'rows at most')
    .option(
      '--segment <condition...>',
      'country=CN,HK, release!=4.0, did=goal:paid, didNot=view:/help; all of them hold',
    )
    .option('--purpose <name>', 'what the figures are for: analytics (default), marketing, risk')
    .option('--time-zone <name>', 'IANA time zone of days, weeks and months (overview, sessions, visitors)')
    .option('--interval <name>', 'hour, day, week or month (overview; retention and cohorts from day on)')
    .option('--order-by <column>', 'column that sorts the rows (pages, transitions)')
    .option('--order <way>', 'asc or desc')
    .option('--cursor <text>', 'goes on where the answer before ended (pages, transitions)')
    .option(
      '--step <step...>',
      'view:/funds, goal:paid, order:subscribe.placed, click:buy, custom:search (funnel, surfaces)',
    )
    .option('--window <seconds>', 'from the first step to the last (funnel)')
    .option('--periods <number>', 'intervals after the first (retention, cohorts)')
    .option('--minutes <number>', 'how many of the last (live)')
    .option('--by <what>', 'release, day, surface or queue (effective-data); template, module or step (surfaces)')
    .option('--goal <name>', 'which goal converts; any unless told (surfaces)')
    .option('--format <name>', 'export the rows: jsonl, csv, parquet or arrow, to standard output')
    .action(reportCommand);
}

/** `tidemark report NAME`: asks the running collector and prints a table, one JSON object, or an export as it comes. */
async function reportCommand(name: ReportName, options: ReportOptions): Promise<void> {
  if (name === 'funnel') requireSteps(options);
  const target = await findCollector(process.env, 'read');
  const path = `/v1/reports/${name}?${reportParameters(options)}`;
  if (options.format !== undefined && options.format !== 'json') {
    const answer = await requestCollector(target, path);
    const progress = createExportProgress(process.stderr, options.format, () => performance.now());
    const counted = new TransformStream<Uint8Array, Uint8Array>({
      transform(piece, controller) {
        progress.add(piece);
        controller.enqueue(piece);
      },
    });
    await answer.body?.pipeThrough(counted).pipeTo(Writable.toWeb(process.stdout));
    progress.end();
    return;
  }
  const report = await askCollector<ReportByName[typeof name]>(target, path);
  process.stdout.write(options.json ? `${JSON.stringify(report)}\n` : print(name, report));
}

function print(name: ReportName, report: ReportByName[ReportName]): string {
  const { head, rows, last, newestLast } = reportTable(name, report);
  const shown = newestLast ? rows.slice(-PRINTED_ROWS) : rows.slice(0, PRINTED_ROWS);
  const hidden = rows.length - shown.length;
  const more = hidden > 0 ? `... and ${hidden} more rows (--json gives all)\n` : '';
  const compared =
    'comparison' in report && report.comparison.length > 0 ? `\n${comparisonTable(report.comparison)}` : '';
  return `${formatTable(head, shown)}${more}${compared}${last}`;
}

function comparisonTable(comparison: readonly (SurfaceComparison & { readonly name?: string })[]): string {
  const isNamed = comparison.some(({ name }) => name !== undefined);
  // What one surface alone has is compared with nothing, and says nothing here.
  const compared = comparison.filter(({ difference }) => !isNamed || difference !== null);
  const hidden = compared.length - PRINTED_COMPARISONS;
  const table = formatTable(
    [...(isNamed ? [''] : []), 'figure', 'h5', 'native', 'difference', '95 % interval', '95 % together'],
    compared.slice(0, PRINTED_COMPARISONS).map(({ name, figure, ...row }) => {
      const show = (value: number | null) => (value === null ? '-' : figureText(figure, value));
      return [
        ...(isNamed ? [name || '(none)'] : []),
        figure,
        show(row.h5.value),
        show(row.native.value),
        show(row.difference),
        row.low === null ? '-' : `${show(row.low)} to ${show(row.high)}`,
        row.lowTogether === null ? '-' : `${show(row.lowTogether)} to ${show(row.highTogether)}`,
      ];
    }),
  );
  return hidden > 0 ? `${table}... and ${hidden} more comparisons (--json gives all)\n` : table;
}

function figureText(figure: string, value: number): string {
  if (figure.endsWith('Ms')) return `${Math.round(value)} ms`;
  return figure.endsWith('Ratio') ? percent(value) : value.toFixed(3);
}
