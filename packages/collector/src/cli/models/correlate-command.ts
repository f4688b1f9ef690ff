import {
  buildTable,
  type Column,
  type CorrelationReport,
  correlate,
  type RawTable,
  type Table,
} from '@tidemark/analytics/scores';
import { TidemarkError } from '../../observe/errors.js';
import { formatTable } from '../format-table.js';
import { readCsvFile, withInput } from './read-tables.js';

export interface CorrelateArguments {
  readonly input: string;
  readonly target: string;
  readonly separator: string;
  /** Columns to look at; all numeric ones when there are none. */
  readonly columns: readonly string[];
  readonly positive?: string;
  readonly seed: number;
  readonly json?: boolean;
}

interface ColumnReport {
  readonly column: string;
  readonly report: CorrelationReport;
}

/** `tidemark correlate`: linear beside non-linear measures of each column with the target, and where a line misleads. */
export function correlateCommand(options: CorrelateArguments): Promise<void> {
  return withInput(async () => {
    const reports = correlateColumns(await readCsvFile(options.input, options.separator), options);
    process.stdout.write(
      options.json ? `${JSON.stringify({ target: options.target, columns: reports })}\n` : describe(reports),
    );
  });
}

/** @throws {TidemarkError} `model_input_unusable` when a column is not there, or is none of numbers. */
export function correlateColumns(
  raw: RawTable,
  options: Omit<CorrelateArguments, 'input' | 'separator'>,
): ColumnReport[] {
  const table = buildTable(raw);
  const y = targetOf(columnOf(table, options.target), options);
  const wanted =
    options.columns.length > 0
      ? options.columns.map((name) => columnOf(table, name))
      : table.columns.filter(({ kind, name }) => kind === 'numeric' && name !== options.target);
  return wanted.map((column) => {
    if (column.kind !== 'numeric') {
      throw unusable(`The column "${column.name}" holds words: a correlation needs numbers.`);
    }
    return { column: column.name, report: correlate(column.values, y, { seed: options.seed }) };
  });
}

function columnOf({ columns }: Table, name: string): Column {
  const column = columns.find((one) => one.name === name);
  if (column) return column;
  throw unusable(`There is no column "${name}"; there are: ${columns.map((one) => one.name).join(', ')}.`);
}

/** Words are 1 where they are the label that counts. */
function targetOf(column: Column, { target, positive }: Pick<CorrelateArguments, 'target' | 'positive'>): Float64Array {
  if (column.kind === 'numeric') return column.values;
  const code = column.categories.indexOf(positive ?? '');
  if (code < 0) {
    throw unusable(
      `The target "${target}" holds words: say with --positive which counts (${column.categories.slice(0, 5).join(', ')}).`,
    );
  }
  return Float64Array.from(column.codes, (one) => (one < 0 ? Number.NaN : Number(one === code)));
}

function unusable(sentence: string): TidemarkError {
  return new TidemarkError('model_input_unusable', sentence);
}

function describe(reports: readonly ColumnReport[]): string {
  const rows = reports.map(({ column, report }) => {
    if (report.kind === 'refused') return [column, report.reason.replaceAll('_', ' '), '', '', '', '', '', ''];
    const { pearson, spearman, kendall, distance, xi, information } = report.measures;
    const shown = [pearson, spearman, kendall, distance, xi, information].map((one) => one?.value.toFixed(3) ?? '-');
    return [column, ...shown, report.lineMisleads ? 'a straight line misleads here' : ''];
  });
  return formatTable(['column', 'Pearson', 'Spearman', 'Kendall', 'distance', 'xi', 'information', ''], rows);
}
