import type { DataBreak, DeliveryFigures, EffectiveDataReport } from '@tidemark/protocol';
import { formatDuration, formatTable } from './format-table.js';
import { percent, type ReportTable } from './report-table.js';

/** How whole and how late the data is; beneath, how far it goes and what is wrong with it. */
export function effectiveDataTable({ rows, totals, rejected, ...report }: EffectiveDataReport): ReportTable {
  const { completeTo, settledTo } = report.freshness;
  const refused = rejected
    .slice(0, 5)
    .map(({ reason, field, events }) => `${reason}${field && ` (${field})`} ${events}`);
  return {
    head: ['', 'events', 'queues', 'missing', 'complete', 'copies', 'median late', '99 % within', 'over 1 h late'],
    rows: [cells('all', totals), ...rows.map((row) => cells(row.name === '' ? '(none)' : row.name, row))],
    last: [
      '',
      completeTo === null
        ? 'nobody knows how far the data goes'
        : `complete to ${clock(completeTo)} UTC, as acknowledged here`,
      ...(settledTo === null ? [] : [`99 % of what happened by ${clock(settledTo)} UTC has arrived`]),
      `${totals.rejected} rejected (${percent(totals.rejectedRatio, 2)})${refused.length > 0 ? `: ${refused.join(', ')}` : ''}`,
      `${totals.doubleLoads} loaded twice, and mended`,
      report.breaks.length === 0 ? 'nothing departs from what is usual' : `\n${breaksTable(report.breaks)}`,
      '',
    ].join('\n'),
  };
}

function cells(name: string, row: DeliveryFigures): (string | number)[] {
  return [
    name,
    row.events,
    row.queues,
    row.missing,
    row.completenessRatio === null ? '-' : percent(row.completenessRatio, 2),
    row.copies,
    formatDuration(row.lateMsMedian),
    formatDuration(row.lateMsP99),
    row.lateRatio === null ? '-' : percent(row.lateRatio),
  ];
}

const BREAKS_SHOWN = 15;

function breaksTable(breaks: readonly DataBreak[]): string {
  const show = (kind: DataBreak['kind'], value: number) =>
    kind === 'behind' ? formatDuration(value) : percent(value, 2);
  const table = formatTable(
    ['break', 'of', 'release', 'is', 'usual, or at most', 'of how many'],
    breaks
      .slice(0, BREAKS_SHOWN)
      .map(({ kind, subject, release, observed, expected, count }) => [
        kind,
        subject,
        release === '' ? 'all' : release,
        show(kind, observed),
        show(kind, expected),
        count,
      ]),
  );
  const hidden = breaks.length - BREAKS_SHOWN;
  return hidden > 0 ? `${table}... and ${hidden} more (--json gives all)` : table.trimEnd();
}

function clock(ms: number): string {
  return new Date(ms).toISOString().slice(0, 19).replace('T', ' ');
}
